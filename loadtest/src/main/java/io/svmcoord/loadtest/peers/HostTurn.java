package io.svmcoord.loadtest.peers;

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
   */
  record Order(int devices, int outstanding, long settleMillis, long durationMillis) {}
}
