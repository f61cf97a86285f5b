package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.chaos.IsolationOptions;
import io.svmcoord.loadtest.chaos.IsolationReport;
import io.svmcoord.loadtest.chaos.IsolationRun;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm load isolation}: what a stopped device costs other address spaces. */
@Command(
    name = "isolation",
    description = {
      "Measures begins of one address space while a device of another one is stopped (SIGSTOP), and"
          + " while it is not, in turns, under the same load: what the other space can't take"
          + " meanwhile, a third one does.",
      "A ratio of 1 is: no difference. It judges nothing."
    })
final class LoadIsolationCommand implements Callable<Integer> {
  @Option(
      names = "--devices",
      defaultValue = "4",
      paramLabel = "N",
      description = "Devices of the space that is measured. Default: ${DEFAULT-VALUE}.")
  private int devices;

  @Option(
      names = "--begins-per-second",
      defaultValue = "1000",
      paramLabel = "N",
      description =
          "Of the space that is measured, and of the others together. Default: ${DEFAULT-VALUE}.")
  private int beginsPerSecond;

  @Option(
      names = "--waiting",
      defaultValue = "16",
      paramLabel = "N",
      description = "Begins that wait for the stopped device. Default: ${DEFAULT-VALUE}.")
  private int waiting;

  @Option(
      names = "--rounds",
      defaultValue = "10",
      paramLabel = "N",
      description = "Pairs of measurements. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--phase",
      defaultValue = "5s",
      paramLabel = "TIME",
      description = "Time of one measurement. Default: ${DEFAULT-VALUE}.")
  private Duration phase = Duration.ZERO;

  @Mixin private OutputOption output = new OutputOption();

  LoadIsolationCommand() {}

  @Override
  public Integer call() {
    IsolationOptions options =
        Usage.checked(() -> new IsolationOptions(devices, beginsPerSecond, waiting, rounds, phase));
    IsolationReport report = IsolationRun.run(options, output::tell);
    output.print(report, report::table);
    return ExitCode.OK;
  }
}
