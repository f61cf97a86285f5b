package io.svmcoord.loadtest.conformance;

import io.svmcoord.conformance.v1.UsedPage;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One space of a raw device: what is mapped, what was invalidated, what runs. Guarded by its lock,
 * which is held over every use.
 */
final class RawSpace {
  /** An invalidation that the device knows to run. */
  private record Known(List<AddressRange> ranges, boolean isListed) {}

  /** An invalidation that the device has seen, and when. */
  private record Mark(List<AddressRange> ranges, long at) {}

  final long id;
  final ReentrantLock lock = new ReentrantLock();
  final Condition changed = lock.newCondition();
  final Map<Long, AddressRange> subscriptions = new LinkedHashMap<>();
  boolean isSubscribed;
  boolean isGone;
  boolean isUpdating;
  long epoch;

  /** Grows whenever everything is dropped. */
  long generation;

  private final RawDevice device;
  private final Map<Long, Long> entries = new HashMap<>();
  private final Map<Long, Known> running = new HashMap<>();
  private final List<Mark> marks = new ArrayList<>();
  private final List<AddressRange> stuck = new ArrayList<>();
  private long clock;

  RawSpace(RawDevice device, long id) {
    this.device = device;
    this.id = id;
  }

  private boolean is(Mistake mistake) {
    return device.is(mistake);
  }

  /** Runs a task under the lock. */
  void locked(Runnable task) {
    lock.lock();
    try {
      task.run();
    } finally {
      lock.unlock();
    }
  }

  // For readers; under the lock.

  boolean covers(AddressRange range) {
    return subscriptions.values().stream().anyMatch(own -> own.contains(range));
  }

  boolean isRunning(List<AddressRange> ranges) {
    if (is(Mistake.WAITS_FOR_STRANGERS)) {
      return !running.isEmpty();
    }
    return overlaps(stuck, ranges)
        || running.values().stream().anyMatch(known -> overlaps(known.ranges, ranges));
  }

  List<AddressRange> missing(List<AddressRange> ranges) {
    return ranges.stream().filter(range -> mapped(range).size() < count(range)).toList();
  }

  private static long count(AddressRange range) {
    return Long.divideUnsigned(range.sizeMinusOne(), ScriptedSpace.PAGE_BYTES) + 1;
  }

  List<UsedPage> mapped(List<AddressRange> ranges) {
    return ranges.stream().flatMap(range -> mapped(range).stream()).toList();
  }

  private List<UsedPage> mapped(AddressRange range) {
    List<UsedPage> found = new ArrayList<>();
    for (long index = 0; index < count(range); index++) {
      long address = range.first() + index * ScriptedSpace.PAGE_BYTES;
      Long frame = entries.get(address);
      if (frame != null) {
        found.add(UsedPage.newBuilder().setAddress(address).setFrame(frame).build());
      }
    }
    return found;
  }

  long token() {
    return clock;
  }

  boolean isRetry(long token, List<AddressRange> ranges) {
    List<Mark> hits =
        marks.stream()
            .filter(mark -> mark.at > token)
            .filter(mark -> is(Mistake.RETRIES_FOR_STRANGERS) || overlaps(mark.ranges, ranges))
            .toList();
    if (is(Mistake.CHECK_CONSUMES_THE_MARK)) {
      marks.removeAll(hits);
    }
    return is(Mistake.TOGGLES_A_FLAG) ? hits.size() % 2 == 1 : !hits.isEmpty();
  }

  void install(UsedPage page) {
    entries.put(page.getAddress(), page.getFrame());
  }

  // For events; under the lock.

  void begin(Invalidate event, List<AddressRange> ranges) {
    mark(event, ranges);
    run(event, ranges);
    unmap(event, ranges);
  }

  void mark(Invalidate event, List<AddressRange> ranges) {
    boolean isForgotten =
        (is(Mistake.MARKS_ONLY_WHAT_IS_MAPPED) && !isMapped(ranges))
            || (is(Mistake.REMEMBERS_NO_CLEAR)
                && event.getEvent() == InvalidationEvent.INVALIDATION_EVENT_CLEAR);
    if (!isForgotten) {
      marks.add(new Mark(ranges, ++clock));
    }
  }

  void run(Invalidate event, List<AddressRange> ranges) {
    boolean isForgotten =
        is(Mistake.FORGETS_RUNNING_PROTECTION)
            && event.getEvent() == InvalidationEvent.INVALIDATION_EVENT_PROTECTION_VMA;
    if (!isForgotten) {
      running.put(event.getSequence(), new Known(ranges, false));
    }
  }

  void unmap(Invalidate event, List<AddressRange> ranges) {
    boolean isIgnored =
        (is(Mistake.IGNORES_UNKNOWN_EVENTS) && event.getEvent() == InvalidationEvent.UNRECOGNIZED)
            || (is(Mistake.IGNORES_MIGRATION)
                && event.getEvent() == InvalidationEvent.INVALIDATION_EVENT_MIGRATE);
    if (!isIgnored) {
      drop(is(Mistake.FIRST_RANGE_ONLY) ? ranges.subList(0, 1) : ranges);
    }
  }

  void drop(List<AddressRange> ranges) {
    entries.keySet().removeIf(address -> contains(ranges, address));
  }

  private boolean contains(List<AddressRange> ranges, long address) {
    if (is(Mistake.SIGNED_ADDRESSES)) {
      return ranges.stream()
          .anyMatch(
              range -> range.first() <= address && address <= range.last() && range.first() >= 0);
    }
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  boolean isMapped(List<AddressRange> ranges) {
    return entries.keySet().stream()
        .anyMatch(address -> ranges.stream().anyMatch(range -> range.contains(address)));
  }

  boolean runsAlready(List<AddressRange> ranges) {
    return running.values().stream()
        .anyMatch(
            known ->
                ranges.stream()
                    .allMatch(range -> known.ranges.stream().anyMatch(own -> own.contains(range))));
  }

  void refused(List<AddressRange> ranges) {
    if (is(Mistake.STUCK_AFTER_REFUSAL)) {
      stuck.addAll(ranges);
    }
  }

  void end(long sequence, boolean isForced) {
    if (isForced && is(Mistake.IGNORES_FORCED_ENDS)) {
      return;
    }
    if (isUpdating && is(Mistake.LOSES_ENDS_DURING_UPDATES)) {
      Known lost = running.get(sequence);
      stuck.addAll(lost == null ? List.of() : lost.ranges);
    }
    Known ended = running.remove(sequence);
    if (ended != null && is(Mistake.ANY_END_ENDS_ALL)) {
      running.values().removeIf(known -> overlaps(known.ranges, ended.ranges));
    }
    changed.signalAll();
  }

  /** What was not told one by one: what changed, or that too much did, and what runs by now. */
  void caughtUp(List<AddressRange> ranges, boolean isResync, Map<Long, List<AddressRange>> listed) {
    List<AddressRange> gone = isResync ? List.of(AddressRange.WHOLE) : ranges;
    if (!is(Mistake.CATCH_UP_LEAVES_NO_MARK)) {
      marks.add(new Mark(gone, ++clock));
    }
    if (!isResync) {
      drop(is(Mistake.CATCHES_UP_WITH_ONE_RANGE) && gone.size() > 1 ? gone.subList(0, 1) : gone);
    } else if (!is(Mistake.IGNORES_RESYNC_AT_CATCH_UP)) {
      entries.clear();
    }
    List<Known> ended =
        running.entrySet().stream()
            .filter(known -> !listed.containsKey(known.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    if (!is(Mistake.KEEPS_WHAT_ENDED_AT_CATCH_UP)) {
      running.keySet().retainAll(listed.keySet());
    }
    // What was read of them before has to be read again.
    ended.forEach(known -> marks.add(new Mark(known.ranges, ++clock)));
    if (!is(Mistake.IGNORES_RUNNING_AT_CATCH_UP)) {
      listed.forEach((sequence, own) -> running.putIfAbsent(sequence, new Known(own, true)));
    }
    changed.signalAll();
  }

  /** An update took effect. */
  void updated(Map<Long, List<AddressRange>> listed) {
    isSubscribed = true;
    // Of what overlaps no subscription any more the end is not told.
    List<AddressRange> own = List.copyOf(subscriptions.values());
    running
        .values()
        .removeIf(
            known ->
                !overlaps(known.ranges, own)
                    && !(known.isListed && is(Mistake.KEEPS_WHAT_WAS_LISTED)));
    if (!is(Mistake.IGNORES_RUNNING_LIST)) {
      listed.forEach((sequence, ranges) -> running.putIfAbsent(sequence, new Known(ranges, true)));
    }
    changed.signalAll();
  }

  /** Drops everything; the subscriptions are wanted again. */
  void dropAll() {
    isSubscribed = false;
    generation++;
    entries.clear();
    running.clear();
    changed.signalAll();
  }

  /** The space was released. */
  void released() {
    entries.clear();
    if (!is(Mistake.FORGETS_READERS_AT_RELEASE)) {
      isGone = true;
      changed.signalAll();
    }
  }

  private static boolean overlaps(List<AddressRange> some, List<AddressRange> others) {
    return some.stream().anyMatch(one -> others.stream().anyMatch(one::overlaps));
  }
}
