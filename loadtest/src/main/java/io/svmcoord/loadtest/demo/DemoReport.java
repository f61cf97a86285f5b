package io.svmcoord.loadtest.demo;

import io.svmcoord.loadtest.ctl.SessionRow;
import io.svmcoord.loadtest.report.FirstFault;
import io.svmcoord.loadtest.report.Judged;
import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a demonstration found. The fan-out is timed by the host, from a begin to its answer, when
 * all devices had acked. Immutable.
 *
 * @param stalePages page reads that saw what a begin had taken away; any is a fault
 * @param readsChecked page reads that were judged
 * @param invalidations begun, the pages changed, and ended
 * @param unfinished begins or ends that were not answered in time, or still run; any is a fault
 * @param maxConcurrentBegins most invalidations that ran at once
 * @param expiredSessions sessions that did not leave by themselves: expired or evicted
 * @param fanoutP50Us median fan-out, microseconds
 * @param fanoutP99Us 99th percentile, microseconds
 * @param fanoutP999Us 99.9th percentile, microseconds
 * @param beginMaxMs longest begin, milliseconds
 * @param invalidationsPerS for each second
 * @param faults faults that installed their pages
 * @param retries rounds of faults and page lists that started over, by cause
 * @param leaseEvents news of the sessions of devices and host, by kind
 * @param endedSessions the expired and evicted sessions
 * @param lostProcesses processes that ended without being asked to
 * @param broken why the demonstration broke off; empty when it did not
 * @param durationS seconds
 * @param devices how many
 * @param mappers how many
 * @param processes true: each role in a process of its own
 * @param seed of the random numbers
 * @param invalidationsByKind by what the host did
 * @param forceEnded ends that came after the coordinator's forced end
 * @param staleExamples the first stale pages in words
 */
public record DemoReport(
    long stalePages,
    long readsChecked,
    long invalidations,
    long unfinished,
    long maxConcurrentBegins,
    int expiredSessions,
    double fanoutP50Us,
    double fanoutP99Us,
    double fanoutP999Us,
    double beginMaxMs,
    double invalidationsPerS,
    long faults,
    Map<String, Long> retries,
    Map<String, Long> leaseEvents,
    List<EndedSession> endedSessions,
    List<String> lostProcesses,
    String broken,
    double durationS,
    int devices,
    int mappers,
    boolean processes,
    long seed,
    Map<String, Long> invalidationsByKind,
    long forceEnded,
    List<String> staleExamples)
    implements Judged {
  /** Copies maps and lists; maps in the order of their keys. */
  public DemoReport {
    retries = new TreeMap<>(retries);
    leaseEvents = new TreeMap<>(leaseEvents);
    invalidationsByKind = new TreeMap<>(invalidationsByKind);
    endedSessions = List.copyOf(endedSessions);
    lostProcesses = List.copyOf(lostProcesses);
    staleExamples = List.copyOf(staleExamples);
  }

  /**
   * A session that did not leave by itself.
   *
   * @param id its id
   * @param name its name
   * @param state expired or evicted
   * @param cause why
   */
  public record EndedSession(long id, String name, String state, String cause) {
    static EndedSession of(SessionRow row) {
      return new EndedSession(row.id(), row.name(), row.state(), row.endCause());
    }
  }

  @Override
  public Optional<String> fault() {
    return new FirstFault()
        .none("stale_pages", stalePages)
        .none("unfinished", unfinished)
        .unless(broken.isEmpty(), () -> broken)
        .unless(
            readsChecked > 0 && invalidations > 0,
            () -> "nothing was checked: no page was read, or none was changed")
        .words();
  }

  @Override
  public String table() {
    TextTable table =
        TextTable.of("", "")
            .row("invalidations", Numbers.grouped(invalidations))
            .row("invalidations/s", Numbers.decimal(invalidationsPerS))
            .row("most at once", Numbers.grouped(maxConcurrentBegins))
            .row("acked fan-out p50 us", Numbers.decimal(fanoutP50Us))
            .row("acked fan-out p99 us", Numbers.decimal(fanoutP99Us))
            .row("acked fan-out p99.9 us", Numbers.decimal(fanoutP999Us))
            .row("longest begin ms", Numbers.decimal(beginMaxMs))
            .row("unfinished invalidations", Numbers.grouped(unfinished))
            .row("page reads checked", Numbers.grouped(readsChecked))
            .row("stale pages", Numbers.grouped(stalePages))
            .row("faults", Numbers.grouped(faults))
            .row("expired sessions", Numbers.grouped(expiredSessions));
    table
        .note("changes by kind", counts(invalidationsByKind))
        .note("retries by cause", counts(retries))
        .note("lease events", counts(leaseEvents));
    for (EndedSession session : endedSessions) {
      table.note(
          session.state() + " session",
          session.id() + " " + session.name() + ": " + session.cause());
    }
    return table.notes("lost process", lostProcesses).notes("stale page", staleExamples).render();
  }

  private static String counts(Map<String, Long> counts) {
    return counts.isEmpty()
        ? "none"
        : counts.entrySet().stream()
            .map(entry -> entry.getKey() + " " + Numbers.grouped(entry.getValue()))
            .collect(Collectors.joining(", "));
  }
}
