package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.peers.JvmOptions;
import io.svmcoord.loadtest.peers.JvmReport;
import io.svmcoord.loadtest.peers.JvmRun;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm load jvm}: one coordinator on several JVMs. */
@Command(
    name = "jvm",
    description = {
      "Measures the acked fan-out of coordinators whose JVMs have different options, in turns, as"
          + " fast as they can, at half of that and at a twentieth, and prints the quotients to one"
          + " with the options that the launcher gives.",
      "Exit code 1 if an operation was not acked by every device; figures never fail it."
    })
final class LoadJvmCommand implements Callable<Integer> {
  @Option(
      names = "--jvm",
      paramLabel = "OPTIONS",
      description = {
        "Options of a JVM, separated by spaces; they come after the launcher's. May be repeated.",
        "Default: Serial, Parallel, G1 and ZGC, each with compact object headers and without."
      })
  private @Nullable List<String> jvms;

  @Option(
      names = "--devices",
      defaultValue = "100",
      paramLabel = "N",
      description = "Devices, each on a connection of its own. Default: ${DEFAULT-VALUE}.")
  private int devices;

  @Option(
      names = "--outstanding",
      split = ",",
      defaultValue = "1,16",
      paramLabel = "K",
      description = "Operations that run at once. Default: ${DEFAULT-VALUE}.")
  private List<Integer> outstanding = List.of();

  @Mixin private TurnsOption turns = new TurnsOption();

  @Mixin private OutputOption output = new OutputOption();

  LoadJvmCommand() {}

  @Override
  public Integer call() {
    JvmOptions options =
        Usage.checked(
            () ->
                new JvmOptions(
                    jvms == null ? JvmOptions.matrix() : jvms,
                    devices,
                    outstanding,
                    turns.turns()));
    JvmReport report = JvmRun.run(options, output::tell);
    output.print(report, report::table);
    return ExitCode.OK;
  }
}
