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
 * What became of the sessions that were cut off all at once. Immutable.
 *
 * @param stalePages page reads that saw what a begin had taken away; any is a fault
 * @param begins that were answered, with OK or without
 * @param outOfBound begins that took longer than promise G2 allows; any is a fault
 * @param unaccountedSessions devices without a session in the end; any is a fault
 * @param sessions of devices
 * @param connections that they share
 * @param readmittedS seconds from each cut until every device was connected again
 * @param readsChecked page reads that were judged
 * @param boundMs longest begin that is allowed, milliseconds: ack deadline, time to live and guard
 * @param slackMs what a busy machine may add
 * @param beginMaxMs longest begin, milliseconds
 * @param failed begins and ends that failed, by reason
 * @param sessionsNotAcked sessions that were expired or evicted or left instead of acking
 * @param leaseEvents news of the sessions of the devices, by kind
 * @param coordinatorCpuS processor time of the coordinator, seconds
 * @param staleExamples the first stale pages in words
 */
public record StormReport(
    long stalePages,
    long begins,
    long outOfBound,
    int unaccountedSessions,
    int sessions,
    int connections,
    List<Double> readmittedS,
    long readsChecked,
    double boundMs,
    double slackMs,
    double beginMaxMs,
    Map<String, Long> failed,
    Map<String, Long> sessionsNotAcked,
    Map<String, Long> leaseEvents,
    double coordinatorCpuS,
    List<String> staleExamples)
    implements Judged {
  /** Copies lists and maps. */
  public StormReport {
    readmittedS = List.copyOf(readmittedS);
    failed = new TreeMap<>(failed);
    sessionsNotAcked = new TreeMap<>(sessionsNotAcked);
    leaseEvents = new TreeMap<>(leaseEvents);
    staleExamples = List.copyOf(staleExamples);
  }

  @Override
  public Optional<String> fault() {
    return new FirstFault()
        .none("stale_pages", stalePages)
        .none("out_of_bound", outOfBound)
        .none("unaccounted_sessions", unaccountedSessions)
        .unless(
            begins > 0 && readsChecked > 0,
            () -> "nothing was checked: no begin was made, or no page was read")
        .words();
  }

  @Override
  public String table() {
    TextTable table =
        TextTable.of("", "")
            .row("sessions", Numbers.grouped(sessions))
            .row("connections", Numbers.grouped(connections))
            .row("re-admitted after s", readmittedS)
            .row("stale pages", Numbers.grouped(stalePages))
            .row("page reads checked", Numbers.grouped(readsChecked))
            .row("begins", Numbers.grouped(begins))
            .row("begins out of bound", Numbers.grouped(outOfBound))
            .row("bound ms", Numbers.decimal(boundMs) + " + " + Numbers.decimal(slackMs))
            .row("longest begin ms", Numbers.decimal(beginMaxMs))
            .row("unaccounted sessions", unaccountedSessions)
            .row("failed begins and ends", failed)
            .row("sessions not acked", sessionsNotAcked)
            .row("lease events", leaseEvents)
            .row("coordinator CPU s", Numbers.decimal(coordinatorCpuS));
    staleExamples.forEach(table::note);
    return table.render();
  }
}
