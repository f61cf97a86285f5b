package io.svmcoord.loadtest.sim.world;

import io.svmcoord.loadtest.sim.check.Fact;
import io.svmcoord.loadtest.sim.check.InvalidationKey;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.RunningInvalidation;
import io.svmcoord.v1.SessionResumed;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.SubscriptionsUpdated;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What reaches one device on its current stream, as facts. Confined to its simulation. */
final class DeviceDeliveries {
  private final World world;
  private final String device;

  /** The stream that was opened or resumed on last: the SDK handles nothing of others. */
  private @Nullable Object current;

  DeviceDeliveries(World world, String device) {
    this.world = world;
    this.device = device;
  }

  /** A notice reaches it on a stream. */
  void delivered(Object stream, DeviceNotice notice) {
    if (notice.hasOpened()) {
      current = stream;
      world.tell(new Fact.DeviceOpened(world.now(), device));
    } else if (notice.hasResumed()) {
      current = stream;
    }
    if (!stream.equals(current)) {
      return;
    }
    switch (notice.getNoticeCase()) {
      case INVALIDATE -> {
        Invalidate event = notice.getInvalidate();
        InvalidationKey id =
            new InvalidationKey(event.getSpaceId(), event.getEpoch(), event.getSequence());
        world.tell(
            new Fact.BeginDelivered(
                world.now(), device, id, EdgeTap.pages(event.getRangesList()), false));
      }
      case ENDED -> {
        InvalidationEnded end = notice.getEnded();
        InvalidationKey id =
            new InvalidationKey(end.getSpaceId(), end.getEpoch(), end.getSequence());
        world.tell(new Fact.EndDelivered(world.now(), device, id, end.getForced()));
      }
      case UPDATED -> {
        SubscriptionsUpdated answer = notice.getUpdated();
        listed(answer.getSpaceId(), answer.getEpoch(), answer.getRunningList());
      }
      case RESUMED -> resumed(notice.getResumed());
      case CAUGHT_UP -> caughtUp(notice.getCaughtUp());
      case OPENED, FAILED, RELEASED, HEARTBEAT, DRAINING, NOTICE_NOT_SET -> {
        // Makes no reader wait.
      }
    }
  }

  private void caughtUp(SpaceBaseline notice) {
    long changed = notice.getResyncRequired() ? -1 : EdgeTap.pages(notice.getChangedList());
    List<InvalidationKey> running = new ArrayList<>();
    for (RunningInvalidation one : notice.getRunningList()) {
      running.add(new InvalidationKey(notice.getSpaceId(), notice.getEpoch(), one.getSequence()));
    }
    world.tell(new Fact.DeviceCaughtUp(world.now(), device, notice.getSpaceId(), changed, running));
    listed(notice.getSpaceId(), notice.getEpoch(), notice.getRunningList());
  }

  private void resumed(SessionResumed answer) {
    List<InvalidationKey> running = new ArrayList<>();
    for (SpaceBaseline each : answer.getSpacesList()) {
      for (RunningInvalidation one : each.getRunningList()) {
        running.add(new InvalidationKey(each.getSpaceId(), each.getEpoch(), one.getSequence()));
      }
    }
    world.tell(new Fact.DeviceResumed(world.now(), device, running));
    for (SpaceBaseline each : answer.getSpacesList()) {
      listed(each.getSpaceId(), each.getEpoch(), each.getRunningList());
    }
  }

  private void listed(long space, long epoch, List<RunningInvalidation> running) {
    for (RunningInvalidation one : running) {
      InvalidationKey id = new InvalidationKey(space, epoch, one.getSequence());
      long pages = EdgeTap.pages(one.getRangesList());
      world.tell(new Fact.BeginDelivered(world.now(), device, id, pages, true));
    }
  }
}
