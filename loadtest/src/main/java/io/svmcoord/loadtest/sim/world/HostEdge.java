package io.svmcoord.loadtest.sim.world;

import com.google.protobuf.InvalidProtocolBufferException;
import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.loadtest.sim.check.InvalidationKey;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.HostSessionResponse;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** One host stream at the coordinator's edge. Confined to its simulation. */
final class HostEdge implements EdgeTap.Edge {
  private final World world;
  private final Map<Long, InvalidationKey> ends = new HashMap<>();
  private long session;

  HostEdge(World world) {
    this.world = world;
  }

  @Override
  public void received(Object message) {
    for (HostCommand command : ((HostSessionRequest) message).getCommandsList()) {
      switch (command.getCommandCase()) {
        case END -> {
          InvalidationKey id = EdgeTap.key(command.getEnd().getId());
          ends.put(command.getCorrelationId(), id);
          world.tell(new Fact.EndReceived(world.now(), id));
        }
        case CANCEL -> world.tell(new Fact.CancelReceived(world.now(), session));
        case DETACH -> world.tell(new Fact.LeaveReceived(world.now(), session));
        case OPEN -> {
          long previous = world.sessionOf(command.getOpen().getPreviousSessionKey());
          if (previous != 0) {
            world.tell(new Fact.LeaveReceived(world.now(), previous));
          }
        }
        case BEGIN, HEARTBEAT -> {
          // Known by what the kernel says.
        }
        case COMMAND_NOT_SET -> throw new IllegalStateException("command: not set");
      }
    }
  }

  @Override
  public void sent(Object message) {
    HostSessionResponse response;
    try {
      response = HostSessionResponse.parseFrom(EdgeTap.bytes(message));
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
    for (HostNotice notice : response.getNoticesList()) {
      if (notice.hasOpened()) {
        session = notice.getOpened().getSessionId();
        world.sessionOpened(notice.getOpened().getSessionKey(), session);
      } else if (notice.hasEnded()) {
        InvalidationKey id = ends.remove(notice.getCorrelationId());
        if (id != null) {
          world.tell(new Fact.EndAnswered(world.now(), id, notice.getEnded().getForceEnded()));
        }
      }
    }
  }

  @Override
  public void over() {
    world.tell(new Fact.StreamOver(world.now(), session));
  }
}
