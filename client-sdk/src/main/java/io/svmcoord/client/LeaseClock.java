package io.svmcoord.client;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Whether a lease still runs, by this machine's own clocks (promise G4). Pure: the times are
 * parameters. Confined to its owner's lock.
 *
 * <p>The coordinator counts the lease from when it handled a heartbeat; the client counts it from
 * when it sent that heartbeat, which was earlier, and takes off the guard. So the client's lease is
 * over before the coordinator's, as long as the two clocks drift apart by less than the guard
 * within one time to live. The rule is that of chubby's and etcd's leases.
 *
 * <p>The wall clock is a cross-check: a monotonic clock may stand still while the machine sleeps.
 * What either clock calls over is over; a wall clock that is set back changes nothing, one that is
 * set forward ends the lease too early, which is safe.
 *
 * <ul>
 *   <li>I1 the end only moves forward, and only by answers to heartbeats that were sent.
 *   <li>I2 over is for good: once {@link #leftNanos} was 0 no answer revives the lease, because its
 *       holder was told and somebody may rely on it.
 * </ul>
 */
final class LeaseClock {
  /** Most heartbeats that wait for their answers; older ones are forgotten. */
  static final int UNANSWERED_MAX = 64;

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** A heartbeat that waits for its answer. */
  private record Sent(long number, long nanos, long wallMillis) {}

  private final ArrayDeque<Sent> unanswered = new ArrayDeque<>();
  private final long guardNanos;
  private long lastNumber;
  private Sent counted;
  private long ttlNanos;
  private boolean isOver;

  /**
   * A lease that was granted.
   *
   * @param sentNanos monotonic time at which open was sent
   * @param sentWallMillis wall clock time of the same
   * @param ttlNanos time to live, counted from that
   * @param guardNanos safety margin that is taken off
   */
  LeaseClock(long sentNanos, long sentWallMillis, long ttlNanos, long guardNanos) {
    this.counted = new Sent(0, sentNanos, sentWallMillis);
    this.ttlNanos = ttlNanos;
    this.guardNanos = guardNanos;
  }

  /** A heartbeat is about to be sent; returns its number. */
  long heartbeat(long nowNanos, long wallMillis) {
    if (unanswered.size() == UNANSWERED_MAX) {
      unanswered.removeFirst();
    }
    unanswered.addLast(new Sent(++lastNumber, nowNanos, wallMillis));
    return lastNumber;
  }

  /** A heartbeat was answered. Numbers that were never sent or are answered already do nothing. */
  void answered(long number, long newTtlNanos) {
    for (Iterator<Sent> each = unanswered.iterator(); each.hasNext(); ) {
      Sent sent = each.next();
      if (sent.number > number) {
        return;
      }
      each.remove();
      if (sent.number == number) {
        renew(sent, newTtlNanos);
        return;
      }
    }
  }

  /** Whether a heartbeat of this number was sent, and neither it nor a later one answered. */
  boolean isUnanswered(long number) {
    return unanswered.stream().anyMatch(sent -> sent.number == number);
  }

  private void renew(Sent sent, long newTtlNanos) {
    boolean isLater = (sent.nanos + newTtlNanos) - (counted.nanos + ttlNanos) > 0;
    if (!isOver && isLater) {
      counted = sent;
      ttlNanos = newTtlNanos;
    }
  }

  /** Time until the lease is over; 0 from then on for good (I2). */
  long leftNanos(long nowNanos, long wallMillis) {
    long elapsed =
        Math.max(nowNanos - counted.nanos, (wallMillis - counted.wallMillis) * NANOS_PER_MILLI);
    long left = ttlNanos - guardNanos - elapsed;
    if (left <= 0) {
      isOver = true;
    }
    return isOver ? 0 : left;
  }

  /** Gives the lease up: it is over from now on. */
  void revoke() {
    isOver = true;
  }
}
