package io.svmcoord.loadtest.chaos;

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
 * @param forcedEnds ends that were the coordinator's, since the host had lost its session
 * @param boundMs longest begin that is allowed, milliseconds: ack deadline, time to live and guard
 * @param slackMs what a busy machine may add
 * @param beginsByTime begins answered with OK, by the time they took
 * @param beginMaxMs longest of them, outages included, milliseconds
 * @param lateBegins begins past the bound, with what explains them
 * @param sessionsNotAcked sessions that were expired or evicted or left instead of acking
 * @param leaseEvents news of the sessions of devices and host, by kind
 * @param faults how many of each kind
 * @param schedule every fault
 * @param lostProcesses processes that ended without being asked to; any is a fault
 * @param coordinatorHeapFirstMb least heap in use in the first quarter
 * @param coordinatorHeapLastMb the same in the last quarter
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
    long forcedEnds,
    double boundMs,
    double slackMs,
    Map<String, Long> beginsByTime,
    double beginMaxMs,
    List<String> lateBegins,
    Map<String, Long> sessionsNotAcked,
    Map<String, Long> leaseEvents,
    Map<String, Long> faults,
    List<String> schedule,
    List<String> lostProcesses,
    double coordinatorHeapFirstMb,
    double coordinatorHeapLastMb,
    double durationS,
    long seed,
    List<String> staleExamples) {
  /** Copies maps and lists; what has no order of its own in the order of its keys. */
  public ChaosReport {
    unaccounted = List.copyOf(unaccounted);
    sessionsNotAcked = new TreeMap<>(sessionsNotAcked);
    leaseEvents = new TreeMap<>(leaseEvents);
    faults = new TreeMap<>(faults);
    lateBegins = List.copyOf(lateBegins);
    schedule = List.copyOf(schedule);
    lostProcesses = List.copyOf(lostProcesses);
    staleExamples = List.copyOf(staleExamples);
  }

  /** What is wrong, in words; empty when all is well. */
  public Optional<String> fault() {
    if (stalePages > 0) {
      return Optional.of("stale_pages: " + stalePages + " (expected: 0)");
    }
    if (outOfBound > 0) {
      return Optional.of("out_of_bound: " + outOfBound + " (expected: 0)");
    }
    if (unaccountedSessions > 0) {
      return Optional.of("unaccounted_sessions: " + unaccountedSessions + " (expected: 0)");
    }
    if (!lostProcesses.isEmpty()) {
      return Optional.of("lost_processes: " + lostProcesses + " (expected: none)");
    }
    if (readsChecked == 0 || invalidations == 0) {
      return Optional.of("nothing was checked: no page was read, or none was changed");
    }
    return Optional.empty();
  }

  /** The same for people. */
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
            .row("unaccounted sessions", unaccountedSessions)
            .row(
                "coordinator heap MB, first and last quarter",
                Numbers.decimal(coordinatorHeapFirstMb)
                    + ", "
                    + Numbers.decimal(coordinatorHeapLastMb));
    beginsByTime.forEach((time, count) -> table.row("begins " + time, Numbers.grouped(count)));
    StringBuilder text = new StringBuilder(table.render());
    line(text, "faults", faults);
    line(text, "lease events", leaseEvents);
    line(text, "sessions not acked", sessionsNotAcked);
    unaccounted.forEach(one -> line(text, "unaccounted", one));
    lateBegins.forEach(one -> line(text, "late begin", one));
    lostProcesses.forEach(one -> line(text, "lost process", one));
    staleExamples.forEach(one -> line(text, "stale page", one));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, Object value) {
    text.append(name).append(": ").append(value).append(System.lineSeparator());
  }
}
