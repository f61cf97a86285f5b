package io.svmcoord.loadtest.sim.world;

import com.google.protobuf.InvalidProtocolBufferException;
import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.loadtest.sim.check.InvalidationKey;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.SessionResumed;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.SubscriptionsUpdated;
import io.svmcoord.v1.UpdateSubscriptions;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One device stream at the coordinator's edge. Confined to its simulation. */
final class DeviceEdge implements EdgeTap.Edge {
  private final World world;
  private long session;

  DeviceEdge(World world) {
    this.world = world;
  }

  @Override
  public void received(Object message) {
    DeviceSessionRequest request;
    try {
      request = DeviceSessionRequest.parseFrom(EdgeTap.bytes(message));
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
    heard(request);
  }

  /** A message of the client, decoded. */
  void heard(DeviceSessionRequest request) {
    for (Ack ack : request.getAcksList()) {
      InvalidationKey id = new InvalidationKey(ack.getSpaceId(), ack.getEpoch(), ack.getSequence());
      world.tell(new Fact.AckReceived(world.now(), session, id, ack.getAllUpTo()));
    }
    for (DeviceCommand command : request.getCommandsList()) {
      switch (command.getCommandCase()) {
        case OPEN -> {
          long previous = world.sessionOf(command.getOpen().getPreviousSessionKey());
          if (previous != 0) {
            world.tell(new Fact.LeaveReceived(world.now(), previous));
          }
        }
        case RESUME -> {
          // Told when it is answered.
        }
        case UPDATE -> update(command.getCorrelationId(), command.getUpdate());
        case DETACH -> world.tell(new Fact.LeaveReceived(world.now(), session));
        case COMMAND_NOT_SET -> throw new IllegalStateException("command: not set");
      }
    }
  }

  private void update(long correlation, UpdateSubscriptions update) {
    Map<Long, Long> added = new HashMap<>();
    for (Subscription each : update.getAddList()) {
      added.put(each.getSubscriptionId(), EdgeTap.pages(each.getRange()));
    }
    world.tell(
        new Fact.UpdateReceived(
            world.now(),
            session,
            correlation,
            update.getSpaceId(),
            List.copyOf(update.getRemoveList()),
            added));
  }

  @Override
  public void sent(Object message) {
    DeviceSessionResponse response;
    try {
      response = DeviceSessionResponse.parseFrom(EdgeTap.bytes(message));
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
    told(response);
  }

  /** A message of the services, decoded. */
  void told(DeviceSessionResponse response) {
    response.getNoticesList().forEach(this::sent);
  }

  private void sent(DeviceNotice notice) {
    switch (notice.getNoticeCase()) {
      case OPENED -> {
        session = notice.getOpened().getSessionId();
        world.sessionOpened(notice.getOpened().getSessionKey(), session);
        world.carriedBy(session, this);
      }
      case RESUMED -> resumed(notice.getResumed());
      case CAUGHT_UP -> caughtUp(notice.getCaughtUp());
      case UPDATED -> updated(notice.getUpdated());
      case FAILED ->
          world.tell(
              new Fact.UpdateRefused(world.now(), session, notice.getFailed().getCorrelationId()));
      case INVALIDATE -> {
        Invalidate event = notice.getInvalidate();
        InvalidationKey id =
            new InvalidationKey(event.getSpaceId(), event.getEpoch(), event.getSequence());
        world.tell(
            new Fact.InvalidateSent(
                world.now(), session, id, EdgeTap.pages(event.getRangesList())));
      }
      case ENDED -> {
        InvalidationEnded end = notice.getEnded();
        InvalidationKey id =
            new InvalidationKey(end.getSpaceId(), end.getEpoch(), end.getSequence());
        world.tell(
            new Fact.EndSent(world.now(), session, id, end.getForced(), end.getEndSequence()));
      }
      case RELEASED ->
          world.tell(
              new Fact.ReleasedSent(world.now(), session, notice.getReleased().getSpaceId()));
      case HEARTBEAT, DRAINING, NOTICE_NOT_SET -> {
        // Nothing that a promise is about.
      }
    }
  }

  private void resumed(SessionResumed answer) {
    session = answer.getSession().getSessionId();
    world.carriedBy(session, this);
    world.tell(
        new Fact.SessionResumed(
            world.now(), session, answer.getSpacesList().stream().map(this::baseline).toList()));
  }

  private void caughtUp(SpaceBaseline notice) {
    long changed = notice.getResyncRequired() ? -1 : EdgeTap.pages(notice.getChangedList());
    world.tell(new Fact.CaughtUp(world.now(), session, baseline(notice), changed));
  }

  private Fact.Baseline baseline(SpaceBaseline each) {
    List<InvalidationKey> running = new ArrayList<>();
    each.getRunningList()
        .forEach(
            one ->
                running.add(
                    new InvalidationKey(each.getSpaceId(), each.getEpoch(), one.getSequence())));
    return new Fact.Baseline(each.getSpaceId(), each.getEpoch(), each.getSequence(), running);
  }

  private void updated(SubscriptionsUpdated answer) {
    List<InvalidationKey> running = new ArrayList<>();
    answer
        .getRunningList()
        .forEach(
            one ->
                running.add(
                    new InvalidationKey(
                        answer.getSpaceId(), answer.getEpoch(), one.getSequence())));
    world.tell(
        new Fact.UpdateAnswered(
            world.now(),
            session,
            answer.getCorrelationId(),
            answer.getEpoch(),
            answer.getSequence(),
            running));
  }

  @Override
  public void over() {
    // Unless its session goes on over another stream.
    if (world.isCarriedBy(session, this)) {
      world.tell(new Fact.StreamOver(world.now(), session));
    }
  }
}
