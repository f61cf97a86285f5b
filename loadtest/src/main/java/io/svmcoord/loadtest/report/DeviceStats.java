package io.svmcoord.loadtest.report;

import java.util.Map;

/**
 * Counters of some emulated devices since their start. Immutable.
 *
 * @param elapsedNanos time since their start, to their stop if they have stopped
 * @param devices number of devices
 * @param reads what the judge said of their reads and of what they read before writing
 * @param writes pages that were written
 * @param discarded page reads not judged because the lease was over by the end of their batch
 * @param faults faults that installed their pages
 * @param faultErrors faults that failed, by reason; NO_MAPPING and NO_PERMISSION are part of the
 *     game
 * @param retries rounds of the fault loop that had to start over, by cause
 * @param waits read_begins that had to wait
 * @param invalidations invalidations processed
 * @param tearDowns entries torn down by them, in calls of the device table
 * @param refusals non-blockable invalidations refused
 * @param childMirrors mirrors of forked children that were made
 * @param leaseEvents news of the sessions, by kind: connected, suspect, fenced, reopened, draining,
 *     space_released, handler_failed, closed
 */
public record DeviceStats(
    long elapsedNanos,
    int devices,
    ReadStats reads,
    long writes,
    long discarded,
    long faults,
    Map<String, Long> faultErrors,
    Map<String, Long> retries,
    long waits,
    long invalidations,
    long tearDowns,
    long refusals,
    long childMirrors,
    Map<String, Long> leaseEvents) {
  /** Copies the maps. */
  public DeviceStats {
    faultErrors = Map.copyOf(faultErrors);
    retries = Map.copyOf(retries);
    leaseEvents = Map.copyOf(leaseEvents);
  }

  /** Both together: counters add up, the time takes the larger. */
  public DeviceStats plus(DeviceStats other) {
    return new DeviceStats(
        Math.max(elapsedNanos, other.elapsedNanos),
        devices + other.devices,
        reads.plus(other.reads),
        writes + other.writes,
        discarded + other.discarded,
        faults + other.faults,
        Sums.of(faultErrors, other.faultErrors),
        Sums.of(retries, other.retries),
        waits + other.waits,
        invalidations + other.invalidations,
        tearDowns + other.tearDowns,
        refusals + other.refusals,
        childMirrors + other.childMirrors,
        Sums.of(leaseEvents, other.leaseEvents));
  }
}
