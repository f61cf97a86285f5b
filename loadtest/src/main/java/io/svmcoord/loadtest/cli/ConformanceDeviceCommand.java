package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.conformance.Conformance;
import io.svmcoord.loadtest.conformance.ConformanceReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm conformance device}: plays every race against a device program. */
@Command(
    name = "device",
    description = {
      "Waits for a device program, plays every race against it, and reports which promises it"
          + " breaks. What the program has to do: docs/conformance.md.",
      "Exit code 1 if a check failed. Takes two minutes at most once the program has connected."
    })
final class ConformanceDeviceCommand implements Callable<Integer> {
  @Option(
      names = "--listen",
      required = true,
      paramLabel = "PORT",
      description = "Port on loopback; 0 lets the system choose.")
  private int port;

  @Option(
      names = "--checks",
      split = ",",
      paramLabel = "NAME",
      description = "Play these checks only. Default: all.")
  private List<String> checks = List.of();

  @Option(
      names = "--wait",
      defaultValue = "60s",
      paramLabel = "TIME",
      description = "For how long to wait for the program. Default: ${DEFAULT-VALUE}.")
  private Duration wait = Duration.ZERO;

  @Mixin private OutputOption output = new OutputOption();

  ConformanceDeviceCommand() {}

  @Override
  public Integer call() {
    Conformance.requireKnown(checks);
    try (Conformance run = Conformance.listen(port, wait)) {
      output.tell("listening on 127.0.0.1:" + run.port());
      ConformanceReport report = run.run(checks);
      output.print(report, report::table);
      return report.failed() == 0 ? ExitCode.OK : ExitCode.FOUND_WRONG;
    }
  }
}
