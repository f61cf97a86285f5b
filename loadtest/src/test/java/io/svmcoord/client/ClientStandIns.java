package io.svmcoord.client;

import io.svmcoord.loadtest.sim.mutant.Inside;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.range.SequenceMap;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.SessionOpened;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What stands where a rule of the SDK was, for mutants: the nearest wrong thing. Called from
 * rewritten code alone. Thread-safe.
 */
final class ClientStandIns {
  private static final long MOMENT_NANOS = 10_000;
  private static final long ROUND_TRIP_NANOS = 1_000_000;

  /** What each mirror has installed and not torn down since, at most. */
  private static final Map<MirrorCore, List<AddressRange>> MAPPED = new WeakHashMap<>();

  private ClientStandIns() {}

  // The loop of a mirror.

  static RetryResult alwaysValid(
      MirrorRules rules, MirrorState state, LocalToken token, AddressRanges ranges) {
    return RetryResult.VALID;
  }

  /** The check is right, and somebody else gets the lock before the install. */
  static RetryResult checkThenLetGo(MirrorCore core, LocalToken token, AddressRanges ranges) {
    RetryResult checked = core.readRetry(token, ranges);
    pauseUnlocked(core, MOMENT_NANOS);
    return checked;
  }

  /** The check was right when it was sent off. */
  static RetryResult checkThenTravel(MirrorCore core, LocalToken token, AddressRanges ranges) {
    RetryResult checked = core.readRetry(token, ranges);
    pauseUnlocked(core, ROUND_TRIP_NANOS);
    return checked;
  }

  private static void pauseUnlocked(MirrorCore core, long nanos) {
    core.lock().unlock();
    pause(core, nanos);
    core.lock().lock();
  }

  private static void pause(MirrorCore core, long nanos) {
    ClientEnvironment environment = Inside.get(core, "environment");
    environment.pause(nanos);
  }

  static void installAndRemember(
      DeviceTable table,
      AddressRange range,
      List<MirroredPage> pages,
      Access access,
      MirrorCore core) {
    synchronized (MAPPED) {
      MAPPED.computeIfAbsent(core, key -> new ArrayList<>()).add(range);
    }
    table.install(range, pages, access);
  }

  /** Marks a change only where something is mapped. */
  static void raiseIfMapped(
      MirrorRules rules, MirrorState state, AddressRanges ranges, MirrorCore core) {
    synchronized (MAPPED) {
      if (!MAPPED.getOrDefault(core, new ArrayList<>()).removeIf(ranges::overlaps)) {
        return;
      }
    }
    state.raise(ranges);
  }

  /** Marks the change after the teardown, in a critical section of its own. */
  static TearDown raiseAfterwards(MirrorCore core, InvalidationNotice notice) {
    TearDown done = core.invalidate(notice);
    pause(core, MOMENT_NANOS);
    MirrorState state = Inside.get(core, "state");
    core.lock().lock();
    try {
      state.raise(notice.ranges());
    } finally {
      core.lock().unlock();
    }
    return done;
  }

  static void ackThenTearDown(MirrorRules rules, Runnable tearDown, Runnable ack) {
    ack.run();
    tearDown.run();
  }

  static @Nullable Object removeAll(Map<?, ?> running, Object sequence) {
    @Nullable Object removed = running.remove(sequence);
    running.clear();
    return removed;
  }

  static boolean isAnythingRunning(MirrorRules rules, MirrorState state, AddressRanges ranges) {
    return state.isRunning(AddressRanges.of(AddressRange.WHOLE));
  }

  static long highestAnywhere(SequenceMap changed, AddressRanges ranges) {
    return changed.latest();
  }

  static long highestOfFirst(SequenceMap changed, AddressRanges ranges) {
    return changed.highest(ranges.first(0), ranges.last(0));
  }

  /** A flag that the end resets, instead of a count. */
  static long highestIfRunning(SequenceMap changed, AddressRanges ranges, MirrorState state) {
    return state.isRunning(ranges) ? Long.MAX_VALUE : 0;
  }

  static long presentGeneration(LocalToken token, MirrorState state) {
    return Inside.<Long>get(state, "generation");
  }

  /** Where the device stands with what this very invalidation unmapped. */
  @SuppressWarnings("ReferenceEquality") // The very ranges, not equal ones of an earlier stop.
  static TearDown ownStopOnly(RunningStops stops, AddressRanges ranges) {
    List<?> running = Inside.get(stops, "stops");
    if (running.isEmpty()) {
      return TearDown.done();
    }
    Object last = running.getLast();
    Object lastRanges = Inside.get(last, "ranges");
    CompletableFuture<?> lastDone = Inside.get(last, "done");
    return lastRanges == ranges ? TearDown.when(lastDone) : TearDown.done();
  }

  static void failedIsAnAck(
      DeviceEvents events, SessionStream<?, ?, ?> stream, Invalidate event, Throwable cause) {
    Inside.<Object>call(events, "ack", stream, event, false);
  }

  // Leases.

  static void countFromAnswer(LeaseClock clock, long number, long ttlNanos, SessionLease lease) {
    ClientEnvironment environment = Inside.get(lease, "environment");
    long late = clock.heartbeat(environment.nanos(), environment.wallMillis());
    clock.answered(late, ttlNanos);
  }

  static long monotonicOnly(long monotonicNanos, long wallNanos) {
    return monotonicNanos;
  }

  /** As if all clocks ran at one rate: the guard is what is left of it. */
  static int guardWithoutRateError(SessionOpened opened) {
    return opened.getTtlMillis() / 100;
  }

  static long leaseRuns(MirrorCore.Lease lease) {
    return 1;
  }

  static long leaseOfStreamRuns(SessionStream<?, ?, ?> stream) {
    return 1;
  }

  static boolean isNotRepeated(String requestId) {
    return true;
  }

  static boolean claimDropped(SessionRole<?, ?, ?> role) {
    return true;
  }
}
