package io.svmcoord.loadtest.canary;

import io.svmcoord.loadtest.report.Judged;
import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a canary saw. Immutable.
 *
 * @param probes all
 * @param ok those that found everything as promised
 * @param violated those that did not; any is a fault
 * @param unavailable those that could not be carried out, or say nothing
 * @param violations by promise: g1, g2, g3
 * @param beginP50Ms what begins took, milliseconds, the median
 * @param beginP99Ms the same, 99 of 100
 * @param beginMaxMs the longest
 * @param boundMs longest that is promised
 * @param durationS seconds
 * @param examples the first violations in words
 * @param lastUnavailable why the last probe that says nothing says nothing; empty if there was none
 */
public record CanaryReport(
    long probes,
    long ok,
    long violated,
    long unavailable,
    Map<String, Long> violations,
    double beginP50Ms,
    double beginP99Ms,
    double beginMaxMs,
    long boundMs,
    double durationS,
    List<String> examples,
    String lastUnavailable)
    implements Judged {
  /** Copies map and list. */
  public CanaryReport {
    violations = new TreeMap<>(violations);
    examples = List.copyOf(examples);
  }

  @Override
  public Optional<String> fault() {
    return violated == 0
        ? Optional.empty()
        : Optional.of("violations: " + violations + " (expected: none)");
  }

  /** Whether no probe could say anything, though some were made. */
  public boolean hasReachedNobody() {
    return probes > 0 && probes == unavailable;
  }

  @Override
  public String table() {
    TextTable table =
        TextTable.of("", "")
            .row("probes", Numbers.grouped(probes))
            .row("ok", Numbers.grouped(ok))
            .row("violated", Numbers.grouped(violated))
            .row("unavailable", Numbers.grouped(unavailable));
    violations.forEach((promise, count) -> table.row("violations of " + promise, count));
    table
        .row("begin p50 ms", Numbers.decimal(beginP50Ms))
        .row("begin p99 ms", Numbers.decimal(beginP99Ms))
        .row("begin max ms", Numbers.decimal(beginMaxMs))
        .row("bound ms", Numbers.grouped(boundMs));
    table.notes("violation", examples);
    if (!lastUnavailable.isEmpty()) {
      table.note("last unavailable", lastUnavailable);
    }
    return table.render();
  }
}
