package io.svmcoord.loadtest.conformance;

import io.svmcoord.loadtest.report.TextTable;
import java.util.List;

/**
 * What a conformance run found. Immutable.
 *
 * @param checks in the order in which they were played
 * @param passed number of checks that passed
 * @param failed number of checks that failed
 * @param skipped number of checks that could not be played
 */
public record ConformanceReport(List<CheckResult> checks, int passed, int failed, int skipped) {
  static ConformanceReport of(List<CheckResult> checks) {
    return new ConformanceReport(
        List.copyOf(checks),
        count(checks, Result.PASS),
        count(checks, Result.FAIL),
        count(checks, Result.SKIPPED));
  }

  private static int count(List<CheckResult> checks, Result result) {
    return (int) checks.stream().filter(check -> check.result() == result).count();
  }

  /** For people. */
  public String table() {
    TextTable table = TextTable.of("result", "check", "promise", "seen");
    checks.forEach(each -> table.row(each.result(), each.name(), each.promise(), each.seen()));
    return table.render() + "%d passed, %d failed, %d skipped%n".formatted(passed, failed, skipped);
  }
}
