package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.demo.DemoOptions;
import io.svmcoord.loadtest.demo.DemoRun;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code svm demo}: everything at work, on this machine. */
@Command(
    name = "demo",
    description = {
      "Shows everything at work: a coordinator, a host that keeps changing its pages, devices that"
          + " read them through mirrors, mappers that validate page lists, over TCP on loopback.",
      "A checker that knows nothing of the coordinator judges every page read. Exit code 1 on any"
          + " stale page or unfinished invalidation."
    })
public final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--duration",
      defaultValue = "20s",
      paramLabel = "TIME",
      description = "For how long. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ZERO;

  @Option(
      names = "--devices",
      defaultValue = "16",
      paramLabel = "N",
      description = "Devices that mirror the host's pages. Default: ${DEFAULT-VALUE}.")
  private int devices;

  @Option(
      names = "--mappers",
      defaultValue = "4",
      paramLabel = "N",
      description = "Mappers that validate page lists. Default: ${DEFAULT-VALUE}.")
  private int mappers;

  @Option(
      names = "--processes",
      description =
          "Each role in a process of its own. Kill one of the devices' processes, if you like: its"
              + " sessions expire, the others go on.")
  private boolean isProcesses;

  @Option(
      names = "--devices-per-process",
      defaultValue = "8",
      paramLabel = "N",
      description = "With --processes: devices of one process. Default: ${DEFAULT-VALUE}.")
  private int devicesPerProcess;

  @Option(
      names = "--pages",
      defaultValue = "4096",
      paramLabel = "N",
      description = "Pages of the host's address space. Default: ${DEFAULT-VALUE}.")
  private int pages;

  @Option(
      names = "--changes",
      defaultValue = "8",
      paramLabel = "K",
      description = "Loops that change pages at the same time. Default: ${DEFAULT-VALUE}.")
  private int changes;

  @Option(
      names = "--changes-per-second",
      defaultValue = "200",
      paramLabel = "N",
      description = "Of all loops together; 0: as fast as they go. Default: ${DEFAULT-VALUE}.")
  private int changesPerSecond;

  @Option(
      names = "--reads-per-second",
      defaultValue = "40000",
      paramLabel = "N",
      description =
          "Page reads of all devices together; 0: as fast as they go. Default: ${DEFAULT-VALUE}.")
  private int readsPerSecond;

  @Option(
      names = "--ttl",
      defaultValue = "3s",
      paramLabel = "TIME",
      description = "Time to live of leases. Default: ${DEFAULT-VALUE}.")
  private Duration ttl = Duration.ZERO;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "S",
      description = "Of all random numbers. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      description =
          "Of the coordinator's metrics; 0 lets the system choose. Default: 7071 if it is free.")
  private @Nullable Integer adminPort;

  @Mixin private OutputOption output = new OutputOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  DemoCommand() {}

  @Override
  public Integer call() {
    DemoOptions options =
        new DemoOptions(
            duration,
            devices,
            mappers,
            isProcesses,
            devicesPerProcess,
            pages,
            changes,
            changesPerSecond,
            readsPerSecond,
            ttl,
            seed,
            adminPort);
    PrintWriter err = spec.commandLine().getErr();
    return output.printJudged(Usage.checked(() -> DemoRun.run(options, err, isTerminal())));
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }
}
