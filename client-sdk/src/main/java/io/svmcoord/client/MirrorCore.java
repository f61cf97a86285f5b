package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inside of one mirror: the state machine, the device's table and the lock that guards both.
 * Thread-safe.
 *
 * <p>What comes from the stream is called on the session's serial executor, in the order of the
 * stream; what comes from users on their threads; the lock orders the two.
 */
final class MirrorCore {
  static final AddressRanges EVERYTHING = AddressRanges.of(AddressRange.WHOLE);
  private static final Logger LOG = LoggerFactory.getLogger(MirrorCore.class);

  /** Asks for the time until the session's lease is over; 0 when it is. */
  @FunctionalInterface
  interface Lease {
    /** In nanoseconds. */
    long leftNanos();
  }

  private final ClientEnvironment environment;
  private final Lease lease;
  private final MirrorRules rules;
  private final long spaceId;
  private final DeviceTable table;
  private final MirrorState state = new MirrorState();
  private final ReadyToken ready = state.ready();
  private final MirrorLock lock = new MirrorLock(ready, this::lookAtLease);
  private final RunningStops stops = new RunningStops();
  private final MirrorCounters counters = new MirrorCounters();
  private volatile long pageSizeBytes;

  /** Whether the lease was over as the present hold of the lock began. */
  private boolean isLeaseOver;

  /** What its table threw while it should drop everything: nobody knows what it still uses. */
  private @Nullable Throwable broken;

  MirrorCore(
      ClientEnvironment environment,
      Lease lease,
      MirrorRules rules,
      long spaceId,
      DeviceTable table) {
    this.environment = environment;
    this.lease = lease;
    this.rules = rules;
    this.spaceId = spaceId;
    this.table = requireNonNull(table, "table");
  }

  long spaceId() {
    return spaceId;
  }

  long pageSizeBytes() {
    return pageSizeBytes;
  }

  MirrorLock lock() {
    return lock;
  }

  /** What it tells without its lock. */
  ReadyToken ready() {
    return ready;
  }

  List<AddressRange> ranges() {
    return locked(() -> state.subscribed().map(AddressRanges::toList).orElse(List.of()));
  }

  MirrorStats stats() {
    return locked(counters::snapshot);
  }

  /**
   * Each hold of the lock begins with a look at the clocks, one for all that is checked and
   * installed in it. Past the end of the lease no token is valid, also where the fence is late: its
   * timer, or the whole process, was held up (promise G4).
   */
  private void lookAtLease() {
    isLeaseOver = lease.leftNanos() == 0;
    if (isLeaseOver) {
      ready.withdraw();
    }
  }

  boolean checkRetry(LocalToken token, AddressRanges ranges) {
    state.requireOwn(token, ranges);
    // Without a clock: false promises nothing.
    if (ready.is(token)) {
      return false;
    }
    return locked(() -> checkUnderLock(token, ranges).isRetry());
  }

  /** read_retry; under the lock. */
  RetryResult readRetry(LocalToken token, AddressRanges ranges) {
    RetryResult result = checkUnderLock(token, ranges);
    if (result.isRetry()) {
      counters.retry(result);
    }
    return result;
  }

  // The steps of the loop.

  /** read_begin: waits until the ranges may be read. */
  LocalToken await(AddressRanges ranges, Deadline deadline) {
    lock.lock();
    try {
      boolean isFirst = true;
      while (true) {
        requireReadable(ranges);
        if (isReadable(ranges)) {
          return state.token(ranges);
        }
        counters.waits += isFirst ? 1 : 0;
        isFirst = false;
        awaitWake(ranges, deadline);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isReadable(AddressRanges ranges) {
    return state.phase() == MirrorState.Phase.LIVE
        && state.covers(ranges)
        && !rules.waitsForEnd(state, ranges);
  }

  private void requireReadable(AddressRanges ranges) {
    switch (state.phase()) {
      case GONE -> throw spaceGone();
      case CLOSED -> throw Errors.closed("mirror of space " + Long.toUnsignedString(spaceId));
      case FENCED, LIVE -> {
        if (!state.subscribes(ranges)) {
          throw new IllegalArgumentException(
              "ranges: %s (expected: within %s)"
                  .formatted(ranges, state.subscribed().map(AddressRanges::toString).orElse("[]")));
        }
      }
    }
  }

  /** One wait; the caller looks again, whatever woke it. */
  private void awaitWake(AddressRanges ranges, Deadline deadline) {
    Condition condition = lock.condition();
    MirrorState.Waiter waiter = state.await(ranges, condition::signal);
    try {
      environment.await(lock, condition, deadline.leftNanos());
      if (deadline.isOver()) {
        throw Errors.timedOut("read_begin of %s (expected: readable in time)".formatted(ranges));
      }
    } catch (InterruptedException e) {
      throw Errors.interrupted("read_begin", e);
    } finally {
      state.leave(waiter);
    }
  }

  /** read_retry and install, in one critical section (race R3); false if it has to start over. */
  boolean installUnlessRetry(
      LocalToken token,
      AddressRanges ranges,
      AddressRange range,
      List<MirroredPage> pages,
      Access access) {
    lock.lock();
    try {
      if (readRetry(token, ranges).isRetry()) {
        return false;
      }
      table.install(range, pages, access);
      counters.faults++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private RetryResult checkUnderLock(LocalToken token, AddressRanges ranges) {
    RetryResult result = rules.readRetry(state, token, ranges);
    return !result.isRetry() && isLeaseOver ? RetryResult.FENCED : result;
  }

  /** Whether the table may be used now; under the lock. */
  void requireUsable() {
    switch (state.phase()) {
      case GONE -> throw spaceGone();
      case CLOSED -> throw Errors.closed("mirror of space " + Long.toUnsignedString(spaceId));
      case FENCED -> throw fenced();
      case LIVE -> {
        if (lease.leftNanos() == 0) {
          throw fenced();
        }
      }
    }
  }

  private static FencedException fenced() {
    return new FencedException(
        Errors.FENCED, "the lease is over, fault the pages in again", Map.of(), null);
  }

  private SpaceGoneException spaceGone() {
    return new SpaceGoneException(
        Errors.SPACE_GONE,
        "space %s was released".formatted(Long.toUnsignedString(spaceId)),
        Map.of(),
        null);
  }

  // What the stream brings, on the session's serial executor.

  /** For a non-blockable invalidation: takes the lock if nobody has it. */
  boolean tryLock() {
    return lock.tryLock();
  }

  void unlock() {
    lock.unlock();
  }

  /** A non-blockable invalidation was refused because some lock was taken. */
  void countRefusal() {
    counters.refusals.incrementAndGet();
  }

  /**
   * An invalidation began. One critical section: what it changes is marked, torn down, and known to
   * run, before anybody can look again (races R1, R2 and R4). What it returns says when the device
   * has stopped using the ranges, whichever invalidation unmapped them.
   *
   * @throws IllegalStateException if the table failed to drop everything before: nothing is covered
   *     any more, but nobody may say that nothing is used (promise G1)
   */
  TearDown invalidate(InvalidationNotice notice) {
    lock.lock();
    try {
      requireSound();
      counters.invalidations++;
      rules.raiseProcessed(state, notice.ranges());
      state.began(notice.sequence(), notice.ranges());
      return state.overlapsCovered(notice.ranges())
          ? tearDown(notice)
          : stops.over(notice.ranges());
    } finally {
      lock.unlock();
    }
  }

  /** The first phase; under the lock. */
  private TearDown tearDown(InvalidationNotice notice) {
    counters.tearDowns++;
    TearDown own =
        notice.nonBlockable()
            ? MirrorLock.nonBlockable(() -> table.startInvalidate(notice))
            : table.startInvalidate(notice);
    return switch (own) {
      case TearDown.Done done -> stops.over(notice.ranges());
      case TearDown.Pending pending -> {
        stops.add(notice.ranges(), pending.stopped());
        yield stops.over(notice.ranges());
      }
      case TearDown.WouldBlock refused -> {
        if (!notice.nonBlockable()) {
          throw new IllegalStateException(
              "startInvalidate: TearDown.WouldBlock (expected: a teardown, this one may wait)");
        }
        yield refused;
      }
    };
  }

  /**
   * An invalidation ended; by force: what was read during it may be wrong (promise G9). Throws what
   * its table threw.
   */
  void ended(long sequence, boolean isForced) {
    lock.lock();
    try {
      Optional<AddressRanges> ranges = state.running(sequence);
      if (ranges.isEmpty()) {
        return;
      }
      if (isForced) {
        state.raise(ranges.get());
      }
      state.ended(sequence);
      table.invalidationEnded(new EndNotice(spaceId, sequence, ranges.get(), isForced));
    } finally {
      lock.unlock();
    }
  }

  /**
   * The session goes on over another stream; see {@link MirrorState#resumed}. What ended meanwhile
   * is told to the table as ended by force. Throws what its table threw.
   */
  void resumed(Map<Long, AddressRanges> running) {
    lock.lock();
    try {
      if (state.phase() == MirrorState.Phase.LIVE) {
        state
            .resumed(running)
            .forEach(
                (sequence, ranges) ->
                    table.invalidationEnded(new EndNotice(spaceId, sequence, ranges, true)));
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #resumed}, but where this mirror stood is not known: it drops everything first, and
   * goes on. {@link #isBroken} if its table failed to.
   */
  void resync(Map<Long, AddressRanges> running) {
    lock.lock();
    try {
      if (state.phase() == MirrorState.Phase.LIVE) {
        state.raise(EVERYTHING);
        // Its table forgets with that what runs, so no end of it is told.
        dropAll();
        var _ = state.resumed(running);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * What stands for invalidations that waited too long, in one critical section as {@link
   * #invalidate}: what they changed is torn down, what runs is known to run, and what was told
   * before and runs no more has ended, perhaps by force.
   *
   * @param changed what they changed, if anything
   * @param isResync whether that is everything, and the table is to forget what runs
   * @param running what runs by now
   * @return says when the device has stopped using what changed now and at any time before, as the
   *     ack is for all of it
   */
  TearDown caughtUp(
      Optional<AddressRanges> changed, boolean isResync, Map<Long, AddressRanges> running) {
    lock.lock();
    try {
      requireSound();
      counters.invalidations++;
      if (changed.isPresent()) {
        rules.raiseProcessed(state, changed.get());
        if (state.overlapsCovered(changed.get())) {
          Event event = isResync ? Event.RELEASE : Event.CLEAR;
          var _ = tearDown(new InvalidationNotice(spaceId, 0, event, changed.get(), false));
        }
      }
      Map<Long, AddressRanges> ended = state.resumed(running);
      if (!isResync) {
        ended.forEach(
            (sequence, each) ->
                table.invalidationEnded(new EndNotice(spaceId, sequence, each, true)));
      }
      return stops.all();
    } finally {
      lock.unlock();
    }
  }

  private void requireSound() {
    if (broken != null) {
      throw new IllegalStateException("table: failed (expected: it dropped everything)", broken);
    }
  }

  /** Subscribed for the first time or again. */
  void subscribed(AddressRanges now, long pageSize, Map<Long, AddressRanges> running) {
    lock.lock();
    try {
      if (broken == null && state.phase() == MirrorState.Phase.FENCED) {
        pageSizeBytes = pageSize;
        state.subscribed(now, running);
      }
    } finally {
      lock.unlock();
    }
  }

  /** An update took effect. */
  void updated(AddressRanges now, Optional<AddressRanges> added, Map<Long, AddressRanges> running) {
    locked(
        () -> {
          if (state.phase() == MirrorState.Phase.LIVE) {
            state.updated(now, added, running);
          }
        });
  }

  /** An update was refused. */
  void updateRefused() {
    locked(state::updateRefused);
  }

  boolean isLive() {
    return locked(() -> state.phase() == MirrorState.Phase.LIVE);
  }

  /** Whether its table failed to drop everything, see {@link #fence}. */
  boolean isBroken() {
    return locked(() -> broken != null);
  }

  /**
   * Drops ranges whose subscriptions are about to be removed; see {@link MirrorState#suspend}. What
   * it returns says when the device has stopped.
   */
  TearDown suspend(AddressRanges ranges) {
    lock.lock();
    try {
      // Before it is marked: if the table throws the ranges stay covered, and are torn down again
      // before any ack.
      TearDown started = tearDown(new InvalidationNotice(spaceId, 0, Event.CLEAR, ranges, false));
      state.suspend(ranges);
      return started;
    } finally {
      lock.unlock();
    }
  }

  /** What to subscribe again after a fence; empty if that is not wanted any more. */
  List<AddressRange> wanted() {
    return locked(() -> broken == null ? ranges() : List.of());
  }

  /**
   * Drops everything because the lease is over or given up. The first phase: {@link #awaitStopped}
   * is the second.
   *
   * <p>Whoever calls this has ended the lease before. If one runs nevertheless, it is that of the
   * next session, which found everything dropped, and this call comes late.
   */
  void fence() {
    lock.lock();
    try {
      if (state.phase() == MirrorState.Phase.LIVE && lease.leftNanos() == 0) {
        counters.fences++;
        state.fence();
        dropAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * After {@link #fence} or {@link #finish}: waits, without the lock, until the device has stopped.
   * False if the table failed to drop everything, now or at a former try, or not in time: then
   * nobody may claim that it did, and the mirror is never used again.
   */
  boolean awaitStopped(Deadline deadline) {
    // Live again: everything was dropped, and this call is late.
    TearDown rest =
        locked(() -> state.phase() == MirrorState.Phase.LIVE ? TearDown.done() : stops.all());
    if (rest instanceof TearDown.Pending pending) {
      try {
        var _ =
            environment.await(
                pending.stopped().toCompletableFuture(), Math.max(1, deadline.leftNanos()));
      } catch (ExecutionException | TimeoutException e) {
        locked(() -> broke(e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        locked(() -> broke(e));
      }
    }
    return !isBroken();
  }

  /**
   * Closed or released: drops everything for good. False if that was so already. The first phase,
   * as {@link #fence}.
   */
  boolean finish(MirrorState.Phase last) {
    lock.lock();
    try {
      MirrorState.Phase before = state.phase();
      if (before == MirrorState.Phase.GONE || before == MirrorState.Phase.CLOSED) {
        return false;
      }
      state.finish(last);
      if (before == MirrorState.Phase.LIVE) {
        dropAll();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void dropAll() {
    try {
      stops.forgetEnded();
      var _ = tearDown(new InvalidationNotice(spaceId, 0, Event.RELEASE, EVERYTHING, false));
    } catch (Throwable e) {
      broke(e);
    }
  }

  private void broke(Throwable cause) {
    LOG.error(
        "mirror of space {} could not drop everything", Long.toUnsignedString(spaceId), cause);
    broken = cause;
    state.finish(MirrorState.Phase.CLOSED);
  }

  private void locked(Runnable task) {
    lock.lock();
    try {
      task.run();
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> task) {
    lock.lock();
    try {
      return task.get();
    } finally {
      lock.unlock();
    }
  }
}
