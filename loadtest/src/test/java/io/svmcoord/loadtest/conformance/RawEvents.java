package io.svmcoord.loadtest.conformance;

import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.RunningInvalidation;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.SubscriptionsUpdated;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a raw device does with what comes on its stream, in order, on one thread. */
final class RawEvents implements AutoCloseable {
  private static final int SMALL_QUEUE = 64;

  /** An invalidation whose begin is handled, or was listed. */
  private record Begun(long spaceId, long sequence) {}

  private final RawDevice device;
  private final Map<Long, RawSpace> spaces;
  private final RawSubscriptions subscriptions;
  private final ExecutorService mailbox =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
  private final Set<Begun> handled = ConcurrentHashMap.newKeySet();
  private final Set<Begun> lostEnds = ConcurrentHashMap.newKeySet();
  private final AtomicInteger waiting = new AtomicInteger();

  // On the mailbox's thread: the stream that the device does no longer listen to, or not to all of.
  private @Nullable RawStream draining;
  private @Nullable RawStream givenUp;

  RawEvents(RawDevice device, Map<Long, RawSpace> spaces, RawSubscriptions subscriptions) {
    this.device = device;
    this.spaces = spaces;
    this.subscriptions = subscriptions;
  }

  private boolean is(Mistake mistake) {
    return device.is(mistake);
  }

  /** On a thread of gRPC. */
  void received(RawStream stream, DeviceSessionResponse message) {
    if (is(Mistake.DROPS_EVENTS_OF_A_BURST) && waiting.get() > SMALL_QUEUE) {
      return;
    }
    for (DeviceNotice notice : message.getNoticesList()) {
      if (notice.hasEnded() && is(Mistake.HANDLES_ENDS_AT_ONCE)) {
        InvalidationEnded end = notice.getEnded();
        Begun begun = new Begun(end.getSpaceId(), end.getSequence());
        if (!handled.contains(begun)) {
          // It looks for what is to end now, while the begin still waits for the lock.
          lostEnds.add(begun);
        }
      }
      if (notice.hasInvalidate() && is(Mistake.ACKS_ALL_UP_TO)) {
        ackAllUpTo(stream, notice.getInvalidate());
      }
    }
    waiting.incrementAndGet();
    try {
      mailbox.execute(
          () -> {
            waiting.decrementAndGet();
            handle(stream, message);
          });
    } catch (RejectedExecutionException e) {
      // Closed: nobody cares for what still comes.
      return;
    }
  }

  private static void ackAllUpTo(RawStream stream, Invalidate event) {
    // Without the lock: what it does not map it acks at once, and everything before with it.
    if (event.getEvent() == InvalidationEvent.INVALIDATION_EVENT_MIGRATE
        && event.getRanges(0).getFirst() != 0) {
      stream.ack(event, true);
    }
  }

  private void handle(RawStream stream, DeviceSessionResponse message) {
    boolean isAnswer = message.getNoticesList().stream().anyMatch(DeviceNotice::hasUpdated);
    int invalidations = 0;
    for (DeviceNotice notice : message.getNoticesList()) {
      if (!device.isCurrent(stream) || stream == givenUp) {
        return;
      }
      switch (notice.getNoticeCase()) {
        case INVALIDATE -> {
          if (invalidations++ > 0 && is(Mistake.FIRST_OF_A_MESSAGE_ONLY)) {
            continue;
          }
          if (isAnswer && is(Mistake.IGNORES_EVENTS_BEHIND_ANSWER)) {
            stream.ack(notice.getInvalidate(), false);
          } else {
            invalidate(stream, notice.getInvalidate());
          }
        }
        case ENDED -> {
          InvalidationEnded end = notice.getEnded();
          if (!lostEnds.contains(new Begun(end.getSpaceId(), end.getSequence()))) {
            ended(end);
          }
        }
        case UPDATED -> {
          SubscriptionsUpdated answer = notice.getUpdated();
          answer
              .getRunningList()
              .forEach(each -> handled.add(new Begun(answer.getSpaceId(), each.getSequence())));
          subscriptions.answered(answer);
        }
        case FAILED -> subscriptions.refused(notice.getFailed().getCorrelationId(), epoch());
        case RELEASED -> released(notice.getReleased().getSpaceId());
        case DRAINING -> draining = is(Mistake.NO_ACKS_WHILE_DRAINING) ? stream : null;
        case NOTICE_NOT_SET -> givenUp = is(Mistake.GIVES_UP_ON_UNKNOWN) ? stream : null;
        case CAUGHT_UP -> caughtUp(stream, notice.getCaughtUp());
        case HEARTBEAT, OPENED, RESUMED -> {}
      }
    }
  }

  private long epoch() {
    return spaces.values().stream().mapToLong(space -> space.epoch).max().orElse(0);
  }

  private void invalidate(RawStream stream, Invalidate event) {
    RawSpace space = spaces.get(event.getSpaceId());
    if (stream == draining) {
      return;
    }
    if (space == null) {
      stream.ack(event, false);
      return;
    }
    int order = Long.compareUnsigned(event.getEpoch(), space.epoch);
    if (order < 0 && !is(Mistake.IGNORES_EPOCH_OF_BEGINS)) {
      return;
    }
    if (order > 0 && !is(Mistake.IGNORES_NEWER_EPOCH)) {
      device.restart();
      return;
    }
    Collection<RawSpace> hit = is(Mistake.MIXES_SPACES) ? spaces.values() : List.of(space);
    for (RawSpace each : hit) {
      if (each != space) {
        each.locked(() -> each.begin(event, ranges(event.getRangesList())));
      }
    }
    carryOut(stream, space, event, ranges(event.getRangesList()));
  }

  private void carryOut(
      RawStream stream, RawSpace space, Invalidate event, List<AddressRange> ranges) {
    boolean isTaken = !space.lock.tryLock();
    Begun begun = new Begun(event.getSpaceId(), event.getSequence());
    InvalidationEvent kind = event.getEvent();
    if (!isTaken) {
      space.lock.unlock();
    }
    boolean mayWait =
        !event.getNonBlockable()
            || (is(Mistake.WAITS_WHEN_IT_MAY_NOT)
                && kind == InvalidationEvent.INVALIDATION_EVENT_CLEAR);
    boolean isRefusing =
        (isTaken && !mayWait)
            || (event.getNonBlockable() && is(Mistake.REFUSES_ALL_NON_BLOCKABLE))
            || (isTaken
                && is(Mistake.REFUSES_SOFT_DIRTY_IN_USE)
                && kind == InvalidationEvent.INVALIDATION_EVENT_SOFT_DIRTY);
    if (isRefusing) {
      space.refused(ranges);
      handled.add(begun);
      stream.refuse(event);
      return;
    }
    boolean isEarly =
        isTaken
            && is(Mistake.ACKS_EXCLUSIVE_IN_USE)
            && kind == InvalidationEvent.INVALIDATION_EVENT_EXCLUSIVE;
    if (isEarly) {
      stream.ack(event, false);
    }
    boolean isLate =
        is(Mistake.MARKS_PROTECTION_AFTER_ACK)
            && kind == InvalidationEvent.INVALIDATION_EVENT_PROTECTION_PAGE;
    boolean isSilent = tearDown(space, event, ranges, isLate);
    handled.add(begun);
    if (!isEarly && !isSilent) {
      stream.ack(event, false);
    }
    if (isLate) {
      RawDevice.pause();
      space.locked(
          () -> {
            space.mark(event, ranges);
            space.run(event, ranges);
          });
    }
  }

  /** True if the event is not to be acked. */
  private boolean tearDown(
      RawSpace space, Invalidate event, List<AddressRange> ranges, boolean isLate) {
    space.lock.lock();
    try {
      boolean isSilent = is(Mistake.NO_ACK_FOR_WHAT_RUNS) && space.runsAlready(ranges);
      if (isLate) {
        space.unmap(event, ranges);
      } else {
        space.begin(event, ranges);
      }
      return isSilent;
    } finally {
      space.lock.unlock();
    }
  }

  private void caughtUp(RawStream stream, SpaceBaseline baseline) {
    RawSpace space = spaces.get(baseline.getSpaceId());
    if (space != null && space.epoch != baseline.getEpoch()) {
      if (Long.compareUnsigned(baseline.getEpoch(), space.epoch) > 0) {
        device.restart();
      }
      return;
    }
    boolean isEarly = space != null && is(Mistake.ACKS_CATCH_UP_IN_USE) && space.lock.isLocked();
    if (isEarly) {
      ack(stream, baseline);
    }
    Map<Long, List<AddressRange>> running = new HashMap<>();
    for (RunningInvalidation each : baseline.getRunningList()) {
      running.put(each.getSequence(), ranges(each.getRangesList()));
      handled.add(new Begun(baseline.getSpaceId(), each.getSequence()));
    }
    if (space != null) {
      List<AddressRange> changed = ranges(baseline.getChangedList());
      space.locked(() -> space.caughtUp(changed, baseline.getResyncRequired(), running));
    }
    if (!isEarly) {
      ack(stream, baseline);
    }
  }

  private void ack(RawStream stream, SpaceBaseline baseline) {
    Invalidate all =
        Invalidate.newBuilder()
            .setSpaceId(baseline.getSpaceId())
            .setEpoch(baseline.getEpoch())
            .setSequence(baseline.getSequence())
            .build();
    stream.ack(all, !is(Mistake.ACKS_ONE_AT_CATCH_UP));
  }

  private void ended(InvalidationEnded event) {
    RawSpace space = spaces.get(event.getSpaceId());
    if (space == null) {
      return;
    }
    space.locked(
        () -> {
          if (event.getEpoch() == space.epoch || is(Mistake.IGNORES_EPOCH_OF_ENDS)) {
            space.end(event.getSequence(), event.getForced());
          }
        });
    if (is(Mistake.MIXES_SPACES)) {
      for (RawSpace each : spaces.values()) {
        if (each == space) {
          continue;
        }
        each.locked(() -> each.end(event.getSequence(), event.getForced()));
      }
    }
  }

  private void released(long spaceId) {
    RawSpace space = spaces.get(spaceId);
    if (space != null) {
      space.locked(space::released);
    }
  }

  static Map<Long, List<AddressRange>> running(SubscriptionsUpdated answer) {
    Map<Long, List<AddressRange>> running = new HashMap<>();
    answer
        .getRunningList()
        .forEach(each -> running.put(each.getSequence(), ranges(each.getRangesList())));
    return running;
  }

  private static List<AddressRange> ranges(List<io.svmcoord.v1.AddressRange> ranges) {
    return ranges.stream().map(each -> new AddressRange(each.getFirst(), each.getLast())).toList();
  }

  @Override
  public void close() {
    mailbox.shutdownNow();
  }
}
