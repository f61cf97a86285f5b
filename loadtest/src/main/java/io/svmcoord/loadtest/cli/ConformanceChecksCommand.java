package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.conformance.CheckText;
import io.svmcoord.loadtest.conformance.Conformance;
import io.svmcoord.loadtest.report.TextTable;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code svm conformance checks}: what is played. */
@Command(name = "checks", description = "Lists the checks: what is played, and what is expected.")
final class ConformanceChecksCommand implements Callable<Integer> {
  @Mixin private OutputOption output = new OutputOption();

  ConformanceChecksCommand() {}

  @Override
  public Integer call() {
    List<CheckText> checks = Conformance.catalogue();
    output.print(checks, () -> table(checks));
    return ExitCode.OK;
  }

  private static String table(List<CheckText> checks) {
    TextTable table = TextTable.of("check", "promise", "played", "expected");
    checks.forEach(each -> table.row(each.name(), each.promise(), each.played(), each.expected()));
    return table.render();
  }
}
