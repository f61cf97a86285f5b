package io.svmcoord.loadtest.peers;

import java.time.Duration;

/**
 * What a host found in its turn.
 *
 * @param begun operations, those that were not counted too; each was acked by all
 * @param ops operations that were counted
 * @param nanos time in which they completed
 * @param p50Nanos median of their times
 * @param p99Nanos 99th percentile of their times
 */
record HostTurn(long begun, long ops, long nanos, long p50Nanos, long p99Nanos) {
  /**
   * A turn to take.
   *
   * @param devices how many have to ack each operation
   * @param outstanding operations that run at once
   * @param settleMillis for how long operations run before they are counted
   * @param durationMillis for how long they are counted; longer if they are slow, until each slot
   *     has completed some
   * @param intervalNanos time between two begins of a slot, whose times count from when they were
   *     to begin; 0 for one as soon as the one before completes
   */
  record Order(
      int devices, int outstanding, long settleMillis, long durationMillis, long intervalNanos) {
    /** What a turn runs before it is counted, as a part of what is counted. */
    private static final int SETTLE_PART = 5;

    private static final double NANOS_PER_SECOND = 1e9;

    /** Operations one after the other. */
    static Order closedLoop(int devices, int outstanding, Duration duration) {
      return new Order(
          devices, outstanding, duration.toMillis() / SETTLE_PART, duration.toMillis(), 0);
    }

    /** The same operations, so many a second. */
    Order paced(double opsPerSecond) {
      long interval = Math.round(outstanding * NANOS_PER_SECOND / opsPerSecond);
      return new Order(devices, outstanding, settleMillis, durationMillis, Math.max(1, interval));
    }
  }
}
