package io.svmcoord.client;

import java.util.Map;

/**
 * Counters of one mirror since it was made. Immutable.
 *
 * @param faults faults that installed their pages
 * @param retries rounds of the fault loop that had to start over, by cause; causes that did not
 *     happen are left out
 * @param waits read_begins that had to wait for an invalidation or for the session to come back
 * @param invalidations invalidations processed for this mirror, whether they hit it or not
 * @param tearDowns calls of {@link DeviceTable#invalidate}
 * @param refusals non-blockable invalidations refused because the lock was taken
 * @param fences times that everything was dropped because the lease ended or the session was lost
 */
public record MirrorStats(
    long faults,
    Map<RetryResult, Long> retries,
    long waits,
    long invalidations,
    long tearDowns,
    long refusals,
    long fences) {
  /** Copies the map. */
  public MirrorStats {
    retries = Map.copyOf(retries);
  }

  /** All retries, whatever their cause. */
  public long retriesTotal() {
    return retries.values().stream().mapToLong(Long::longValue).sum();
  }
}
