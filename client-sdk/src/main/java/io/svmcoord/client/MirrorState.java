package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.range.SequenceMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a mirror knows of its ranges: which changed when, which are being invalidated now, and who
 * waits for that to end. Pure: no I/O, no threads, no clock. Confined to the mirror's lock, but for
 * {@link #ready}.
 *
 * <h2>Idea</h2>
 *
 * The stream brings every begin and end that overlaps a subscription, in order, so read_begin and
 * read_retry need no call. Each processed change takes the next number of this mirror's own count,
 * and {@code changed} keeps, for each address, the number of its last change. A token is the count
 * at read_begin. Own numbers, and not the coordinator's sequences, so that forced ends, changes of
 * the subscriptions and new epochs are the same thing as a begin: a change.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>I1 never missed: what changed over a range since a token has a number above the token's.
 *   <li>I2 {@code running} holds exactly the invalidations that were told, overlap what is
 *       subscribed, and have not ended.
 *   <li>I3 a waiter's {@code blockers} is the number of running ones that overlap its ranges, so it
 *       is woken by the last of <em>its</em> ends and by no other (promise G3).
 *   <li>I4 a token is given and checks as valid only for ranges that are covered, in the phase
 *       LIVE, and in the generation in which it was given.
 *   <li>I5 the ready token was given in the present state: each change withdraws it first.
 * </ul>
 *
 * <p>Covered is what may be mapped. Suspended is what is still subscribed while an update is under
 * way and may not be mapped: the coordinator takes what was owed for a removed subscription as
 * acked, so nothing of it may come back before the answer.
 */
final class MirrorState {
  /** Most invalidations that may run at once over what one mirror subscribes. */
  static final int RUNNING_MAX = 65_536;

  /** Most threads that may wait in read_begin of one mirror. */
  static final int WAITERS_MAX = 65_536;

  /** Where a mirror stands. */
  enum Phase {
    /** Not subscribed yet, or not again: nothing may be mapped, readers wait. */
    FENCED,
    /** Subscribed: events arrive. */
    LIVE,
    /** The address space was released. */
    GONE,
    /** Closed by its user. */
    CLOSED
  }

  /** One reader that waits. */
  static final class Waiter {
    private final AddressRanges ranges;
    private final Runnable wake;
    private int blockers;

    private Waiter(AddressRanges ranges, Runnable wake) {
      this.ranges = ranges;
      this.wake = wake;
    }
  }

  private final ReadyToken ready = new ReadyToken();
  private final SequenceMap changed = new SequenceMap();
  private final Map<Long, AddressRanges> running = new HashMap<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private Phase phase = Phase.FENCED;
  private Optional<AddressRanges> covered = Optional.empty();
  private Optional<AddressRanges> suspended = Optional.empty();
  private long processed;
  private long generation;

  /** The last token, while it still holds; any thread may ask for it. */
  ReadyToken ready() {
    return ready;
  }

  Phase phase() {
    return phase;
  }

  /** What may be mapped; empty before the first subscription and after the end. */
  Optional<AddressRanges> covered() {
    return covered;
  }

  /** What the coordinator sends events for: covered and suspended. */
  Optional<AddressRanges> subscribed() {
    return union(covered, suspended);
  }

  boolean covers(AddressRanges ranges) {
    return contains(covered, ranges);
  }

  boolean subscribes(AddressRanges ranges) {
    return contains(subscribed(), ranges);
  }

  boolean overlapsCovered(AddressRanges ranges) {
    return covered.isPresent() && covered.get().overlaps(ranges);
  }

  /** I1: marks the ranges as changed now. */
  void raise(AddressRanges ranges) {
    ready.withdraw();
    changed.raise(ranges, ++processed);
  }

  /** Whether a running invalidation overlaps the ranges. */
  boolean isRunning(AddressRanges ranges) {
    for (AddressRanges each : running.values()) {
      if (each.overlaps(ranges)) {
        return true;
      }
    }
    return false;
  }

  /**
   * An invalidation runs from now on. Not registered if it overlaps nothing that is subscribed: its
   * end would not be told.
   *
   * @throws IllegalStateException past {@link #RUNNING_MAX}
   */
  void began(long sequence, AddressRanges ranges) {
    ready.withdraw();
    Optional<AddressRanges> told = subscribed();
    if (told.isEmpty() || !told.get().overlaps(ranges)) {
      return;
    }
    if (running.size() >= RUNNING_MAX) {
      throw new IllegalStateException(
          "running: %d (expected: at most %d)".formatted(running.size() + 1, RUNNING_MAX));
    }
    AddressRanges before = running.put(sequence, ranges);
    if (before != null) {
      unblock(before);
    }
    for (Waiter waiter : waiters) {
      if (waiter.ranges.overlaps(ranges)) {
        waiter.blockers++;
      }
    }
  }

  /** The ranges of a running invalidation; empty if none of that sequence is known. */
  Optional<AddressRanges> running(long sequence) {
    return Optional.ofNullable(running.get(sequence));
  }

  /** An invalidation ended: wakes exactly the waiters of which it was the last (I3). */
  void ended(long sequence) {
    ready.withdraw();
    AddressRanges ranges = running.remove(sequence);
    if (ranges != null) {
      unblock(ranges);
    }
  }

  private void unblock(AddressRanges ranges) {
    for (Waiter waiter : waiters) {
      if (waiter.ranges.overlaps(ranges) && --waiter.blockers == 0) {
        waiter.wake.run();
      }
    }
  }

  /** An update is under way that removes the subscriptions of these ranges: not to be mapped. */
  void suspend(AddressRanges ranges) {
    ready.withdraw();
    raise(ranges);
    Optional<AddressRanges> rest = covered;
    for (int i = 0; i < ranges.size() && rest.isPresent(); i++) {
      rest = rest.get().subtract(ranges.range(i));
    }
    covered = rest;
    suspended = union(suspended, Optional.of(ranges));
  }

  /** The update was refused, nothing of it took effect: what was suspended may be mapped again. */
  void updateRefused() {
    ready.withdraw();
    covered = subscribed();
    suspended = Optional.empty();
    wakeUnblocked();
  }

  /**
   * An update took effect.
   *
   * @param now all that is subscribed from now on
   * @param added the part whose subscriptions are new, if any: events may have been missed over it
   * @param runningNow the running invalidations that overlap it (races R6 and R7)
   */
  void updated(
      AddressRanges now, Optional<AddressRanges> added, Map<Long, AddressRanges> runningNow) {
    ready.withdraw();
    added.ifPresent(this::raise);
    covered = Optional.of(now);
    suspended = Optional.empty();
    // Of what overlaps no subscription any more the end is not told.
    running.values().removeIf(ranges -> !ranges.overlaps(now));
    runningNow.forEach(
        (sequence, ranges) -> {
          if (!running.containsKey(sequence)) {
            began(sequence, ranges);
          }
        });
    recountBlockers();
    wakeUnblocked();
  }

  /**
   * The session goes on over another stream: what was told to run and does not any more has ended,
   * perhaps by force (promise G9); its ranges count as changed, a false retry at worst.
   *
   * @param runningNow what runs over the session's subscriptions; what is new of it is told next
   * @return what has ended, with its ranges, ascending by sequence
   */
  SortedMap<Long, AddressRanges> resumed(Map<Long, AddressRanges> runningNow) {
    ready.withdraw();
    SortedMap<Long, AddressRanges> ended = new TreeMap<>(Long::compareUnsigned);
    ended.putAll(running);
    ended.keySet().removeAll(runningNow.keySet());
    ended.forEach(
        (sequence, ranges) -> {
          raise(ranges);
          running.remove(sequence);
        });
    runningNow.forEach(
        (sequence, ranges) -> {
          if (!running.containsKey(sequence)) {
            began(sequence, ranges);
          }
        });
    recountBlockers();
    wakeUnblocked();
    return ended;
  }

  /** Subscribed, for the first time or again after a fence: empty, from a new baseline. */
  void subscribed(AddressRanges now, Map<Long, AddressRanges> runningNow) {
    ready.withdraw();
    phase = Phase.LIVE;
    running.clear();
    updated(now, Optional.of(now), runningNow);
  }

  /**
   * Nothing may be used any more: tokens die, readers wait for {@link #subscribed(AddressRanges,
   * Map)}. What was covered stays known, as what to subscribe again.
   */
  void fence() {
    ready.withdraw();
    phase = Phase.FENCED;
    generation++;
    running.clear();
    recountBlockers();
  }

  /** The space is gone or the mirror closed: for good. Wakes everybody. */
  void finish(Phase last) {
    ready.withdraw();
    fence();
    phase = last;
    covered = Optional.empty();
    suspended = Optional.empty();
    wakeUnblocked();
  }

  /** A token for covered ranges, in the phase LIVE (I4). */
  LocalToken token(AddressRanges ranges) {
    LocalToken token = new LocalToken(this, generation, processed, ranges);
    ready.offer(token);
    return token;
  }

  /**
   * Whether the ranges have to be read again. {@link ReadyToken#holds} answers sooner (I5).
   *
   * @throws IllegalArgumentException if the token is another mirror's or was not taken for them
   */
  RetryResult check(LocalToken token, AddressRanges ranges) {
    requireOwn(token, ranges);
    if (phase == Phase.GONE) {
      return RetryResult.SPACE_GONE;
    }
    if (phase != Phase.LIVE || token.generation() != generation) {
      return RetryResult.FENCED;
    }
    return changed.highest(ranges) > token.processed()
        ? RetryResult.INVALIDATED
        : RetryResult.VALID;
  }

  /** Looks only at what never changes: any thread may ask. */
  void requireOwn(LocalToken token, AddressRanges ranges) {
    if (token.origin() != this) {
      throw new IllegalArgumentException("token: " + token + " (expected: one of this mirror)");
    }
    if (!token.isFor(ranges) && !contains(Optional.of(token.ranges()), ranges)) {
      throw new IllegalArgumentException(
          "ranges: %s (expected: within %s of the token)".formatted(ranges, token.ranges()));
    }
  }

  /**
   * A reader waits for these ranges; {@code wake} is called when it should look again. Many calls
   * to {@code wake} are harmless.
   */
  Waiter await(AddressRanges ranges, Runnable wake) {
    if (waiters.size() >= WAITERS_MAX) {
      throw new IllegalStateException(
          "waiters: %d (expected: at most %d)".formatted(waiters.size() + 1, WAITERS_MAX));
    }
    Waiter waiter = new Waiter(ranges, wake);
    waiter.blockers = countBlockers(ranges);
    waiters.add(waiter);
    return waiter;
  }

  /** The reader looks again or gave up. */
  void leave(Waiter waiter) {
    waiters.remove(waiter);
  }

  int waiters() {
    return waiters.size();
  }

  private int countBlockers(AddressRanges ranges) {
    int count = 0;
    for (AddressRanges each : running.values()) {
      if (each.overlaps(ranges)) {
        count++;
      }
    }
    return count;
  }

  private void recountBlockers() {
    for (Waiter waiter : waiters) {
      waiter.blockers = countBlockers(waiter.ranges);
    }
  }

  private void wakeUnblocked() {
    for (Waiter waiter : waiters) {
      if (waiter.blockers == 0) {
        waiter.wake.run();
      }
    }
  }

  private static boolean contains(Optional<AddressRanges> all, AddressRanges part) {
    for (int i = 0; i < part.size(); i++) {
      if (all.isEmpty() || !all.get().contains(part.range(i))) {
        return false;
      }
    }
    return true;
  }

  private static Optional<AddressRanges> union(
      Optional<AddressRanges> a, Optional<AddressRanges> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isPresent() ? a : b;
    }
    Collection<AddressRange> all = new ArrayList<>(a.get().toList());
    all.addAll(b.get().toList());
    return Optional.of(AddressRanges.of(all));
  }
}
