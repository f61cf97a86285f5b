package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.peers.StartupReport;
import io.svmcoord.loadtest.peers.StartupRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm load startup}: how long a coordinator takes to be ready. */
@Command(
    name = "startup",
    description = {
      "Measures how long a coordinator takes from the start of its process until /readyz says that"
          + " it is ready, without an AOT cache and with one that is made first, in turns.",
      "Exit code 1 if a coordinator does not get ready, or no cache can be made; figures never fail"
          + " it."
    })
final class LoadStartupCommand implements Callable<Integer> {
  @Option(
      names = "--rounds",
      defaultValue = "10",
      paramLabel = "R",
      description = "Starts of each. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Mixin private OutputOption output = new OutputOption();

  LoadStartupCommand() {}

  @Override
  public Integer call() {
    int checked = Usage.checked(() -> StartupRun.checkedRounds(rounds));
    StartupReport report = StartupRun.run(checked, output::tell);
    output.print(report, report::table);
    return ExitCode.OK;
  }
}
