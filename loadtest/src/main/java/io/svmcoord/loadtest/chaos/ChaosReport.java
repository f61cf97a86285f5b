package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.report.FirstFault;
import io.svmcoord.loadtest.report.Judged;
import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a run under faults found. Immutable.
 *
 * @param stalePages page reads that saw what a begin had taken away; any is a fault
 * @param begins that were answered, with OK or without
 * @param outOfBound begins that took longer than promise G2 allows, time taken off in which the
 *     host or the coordinator itself was in trouble; any is a fault
 * @param unaccountedSessions clients that did not find back to a session when all was healed, and
 *     sessions that live without a client; any is a fault
 * @param unaccounted which
 * @param readsChecked page reads that were judged
 * @param invalidations begun, the pages changed, and ended
 * @param leftOverInvalidations that run though nobody is left who would end them; any is a fault
 * @param forcedEnds ends that were the coordinator's, since the host had lost its session
 * @param boundMs longest begin that is allowed, milliseconds: ack deadline, time to live and guard
 * @param slackMs what a busy machine may add
 * @param beginsByTime begins answered with OK, by the time they took
 * @param beginMaxMs longest of them, outages included, milliseconds
 * @param lateBegins begins past the bound, with what explains them
 * @param failed begins and ends that failed, by reason: after such a begin nothing is changed
 * @param sessionsNotAcked sessions that were expired or evicted or left instead of acking
 * @param leaseEvents news of the sessions of devices and host, by kind
 * @param faults how many of each kind
 * @param schedule every fault
 * @param skipped those that this machine does not allow, with what they need
 * @param lostProcesses processes that ended without being asked to; any is a fault
 * @param coordinatorHeapFirstMb heap that the coordinator that lived longest uses after its first
 *     collection here
 * @param coordinatorHeapLastMb the same after its last one; much more is a fault
 * @param durationS seconds
 * @param seed of the schedule
 * @param staleExamples the first stale pages in words
 */
public record ChaosReport(
    long stalePages,
    long begins,
    long outOfBound,
    int unaccountedSessions,
    List<String> unaccounted,
    long readsChecked,
    long invalidations,
    int leftOverInvalidations,
    long forcedEnds,
    double boundMs,
    double slackMs,
    Map<String, Long> beginsByTime,
    double beginMaxMs,
    List<String> lateBegins,
    Map<String, Long> failed,
    Map<String, Long> sessionsNotAcked,
    Map<String, Long> leaseEvents,
    Map<String, Long> faults,
    List<String> schedule,
    List<String> skipped,
    List<String> lostProcesses,
    double coordinatorHeapFirstMb,
    double coordinatorHeapLastMb,
    double durationS,
    long seed,
    List<String> staleExamples)
    implements Judged {
  /** What tables and caches that are bounded may fill up with. */
  static final double HEAP_GROWTH_MB_MAX = 32;

  /** Copies maps and lists; what has no order of its own in the order of its keys. */
  public ChaosReport {
    unaccounted = List.copyOf(unaccounted);
    failed = new TreeMap<>(failed);
    sessionsNotAcked = new TreeMap<>(sessionsNotAcked);
    leaseEvents = new TreeMap<>(leaseEvents);
    faults = new TreeMap<>(faults);
    lateBegins = List.copyOf(lateBegins);
    schedule = List.copyOf(schedule);
    skipped = List.copyOf(skipped);
    lostProcesses = List.copyOf(lostProcesses);
    staleExamples = List.copyOf(staleExamples);
  }

  @Override
  public Optional<String> fault() {
    return new FirstFault()
        .none("stale_pages", stalePages)
        .none("out_of_bound", outOfBound)
        .none("unaccounted_sessions", unaccountedSessions)
        .none("left_over_invalidations", leftOverInvalidations)
        .unless(
            coordinatorHeapLastMb - coordinatorHeapFirstMb <= HEAP_GROWTH_MB_MAX,
            () ->
                "coordinator_heap_last_mb: %.1f after %.1f (expected: at most %.1f more)"
                    .formatted(coordinatorHeapLastMb, coordinatorHeapFirstMb, HEAP_GROWTH_MB_MAX))
        .unless(
            lostProcesses.isEmpty(), () -> "lost_processes: " + lostProcesses + " (expected: none)")
        .unless(
            readsChecked > 0 && invalidations > 0,
            () -> "nothing was checked: no page was read, or none was changed")
        .words();
  }

  @Override
  public String table() {
    TextTable table =
        TextTable.of("", "")
            .row("stale pages", Numbers.grouped(stalePages))
            .row("page reads checked", Numbers.grouped(readsChecked))
            .row("begins", Numbers.grouped(begins))
            .row("begins out of bound", Numbers.grouped(outOfBound))
            .row("bound ms", Numbers.decimal(boundMs) + " + " + Numbers.decimal(slackMs))
            .row("longest begin ms", Numbers.decimal(beginMaxMs))
            .row("invalidations", Numbers.grouped(invalidations))
            .row("forced ends", Numbers.grouped(forcedEnds))
            .row("left over invalidations", leftOverInvalidations)
            .row("unaccounted sessions", unaccountedSessions)
            .row(
                "coordinator heap MB after collection, first and last",
                Numbers.decimal(coordinatorHeapFirstMb)
                    + ", "
                    + Numbers.decimal(coordinatorHeapLastMb));
    beginsByTime.forEach((time, count) -> table.row("begins " + time, Numbers.grouped(count)));
    return table
        .note("faults", faults)
        .note("lease events", leaseEvents)
        .note("failed begins and ends", failed)
        .note("sessions not acked", sessionsNotAcked)
        .notes("left out", skipped)
        .notes("unaccounted", unaccounted)
        .notes("late begin", lateBegins)
        .notes("lost process", lostProcesses)
        .notes("stale page", staleExamples)
        .render();
  }
}
