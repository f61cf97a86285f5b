package io.svmcoord.loadtest.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Counters of one emulated host since its start. Immutable.
 *
 * @param elapsedNanos time since its start, to its stop if it has stopped
 * @param invalidations invalidations that began, their pages changed, and ended
 * @param invalidationsByKind the same by kind of change
 * @param concurrentBeginsMax most invalidations that were held or asked for at once
 * @param unfinished begins or ends that got no answer within the bound of promise G2, and
 *     invalidations not ended at the stop
 * @param failed begins and ends that failed, by reason; nothing was changed after a failed begin
 * @param wouldBlock non-blockable begins that a device refused
 * @param forceEnded ends that came after the coordinator's forced end, or were left to it because
 *     the host's session was lost
 * @param withheld changes not made because the host's lease was over
 * @param sessionsNotAcked sessions that were expired or evicted or left instead of acking, by
 *     outcome
 * @param forks child address spaces that were made
 * @param faults faults served as page source
 * @param faultErrors faults refused, by reason
 * @param leaseEvents news of the host's session, by kind
 * @param beginMaxNanos longest begin that was answered with OK
 * @param lateBegins begins of any outcome that took longer than was asked to be told of: the first
 *     {@value #LATE_BEGINS_MAX}
 * @param lateBeginsMore how many more there were
 * @param beginHistogram latencies of begins in nanoseconds: an HdrHistogram, see {@link Latencies}
 */
public record HostStats(
    long elapsedNanos,
    long invalidations,
    Map<String, Long> invalidationsByKind,
    long concurrentBeginsMax,
    long unfinished,
    Map<String, Long> failed,
    long wouldBlock,
    long forceEnded,
    long withheld,
    Map<String, Long> sessionsNotAcked,
    long forks,
    long faults,
    Map<String, Long> faultErrors,
    Map<String, Long> leaseEvents,
    long beginMaxNanos,
    List<LateBegin> lateBegins,
    long lateBeginsMore,
    String beginHistogram) {
  /** Late begins that one host tells of. */
  public static final int LATE_BEGINS_MAX = 256;

  /** Copies maps and lists. */
  public HostStats {
    invalidationsByKind = Map.copyOf(invalidationsByKind);
    failed = Map.copyOf(failed);
    sessionsNotAcked = Map.copyOf(sessionsNotAcked);
    faultErrors = Map.copyOf(faultErrors);
    leaseEvents = Map.copyOf(leaseEvents);
    lateBegins = List.copyOf(lateBegins);
  }

  /** Both together: counters add up, times and widths take the larger. */
  public HostStats plus(HostStats other) {
    return new HostStats(
        Math.max(elapsedNanos, other.elapsedNanos),
        invalidations + other.invalidations,
        Sums.of(invalidationsByKind, other.invalidationsByKind),
        Math.max(concurrentBeginsMax, other.concurrentBeginsMax),
        unfinished + other.unfinished,
        Sums.of(failed, other.failed),
        wouldBlock + other.wouldBlock,
        forceEnded + other.forceEnded,
        withheld + other.withheld,
        Sums.of(sessionsNotAcked, other.sessionsNotAcked),
        forks + other.forks,
        faults + other.faults,
        Sums.of(faultErrors, other.faultErrors),
        Sums.of(leaseEvents, other.leaseEvents),
        Math.max(beginMaxNanos, other.beginMaxNanos),
        Stream.concat(lateBegins.stream(), other.lateBegins.stream()).toList(),
        lateBeginsMore + other.lateBeginsMore,
        Latencies.merge(beginHistogram, other.beginHistogram));
  }
}
