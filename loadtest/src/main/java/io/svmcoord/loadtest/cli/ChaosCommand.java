package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.chaos.ChaosOptions;
import io.svmcoord.loadtest.chaos.ChaosRun;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm chaos}: everything in processes of its own, and faults at random. */
@Command(
    name = "chaos",
    description = {
      "Runs a coordinator, two hosts, devices and mappers as processes, and every few seconds"
          + " kills, freezes, cuts off or slows down one of them, takes its link down, fills its"
          + " disk or lets its clock go wrong. The same seed repeats the same schedule; what this"
          + " machine does not allow is left out and told of.",
      "Exit code 1 on any stale page, any begin past its bound, any invalidation that is left over,"
          + " any session that nobody can account for, or a coordinator whose heap grows."
    })
public final class ChaosCommand implements Callable<Integer> {
  @Option(
      names = "--duration",
      defaultValue = "60s",
      paramLabel = "TIME",
      description = "For how long. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ZERO;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "S",
      description = "Of the schedule and all other random numbers. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--devices",
      defaultValue = "32",
      paramLabel = "N",
      description = "Devices that mirror the host's pages. Default: ${DEFAULT-VALUE}.")
  private int devices;

  @Option(
      names = "--devices-per-process",
      defaultValue = "4",
      paramLabel = "N",
      description = "Devices of one process. Default: ${DEFAULT-VALUE}.")
  private int devicesPerProcess;

  @Option(
      names = "--mappers",
      defaultValue = "4",
      paramLabel = "N",
      description = "Mappers that validate page lists. Default: ${DEFAULT-VALUE}.")
  private int mappers;

  @Option(
      names = "--changes-per-second",
      defaultValue = "100",
      paramLabel = "N",
      description = "Changes of the host's pages. Default: ${DEFAULT-VALUE}.")
  private int changesPerSecond;

  @Option(
      names = "--reads-per-second",
      defaultValue = "10000",
      paramLabel = "N",
      description = "Page reads of all devices together. Default: ${DEFAULT-VALUE}.")
  private int readsPerSecond;

  @Option(
      names = "--ttl",
      defaultValue = "2s",
      paramLabel = "TIME",
      description = "Time to live of leases. Default: ${DEFAULT-VALUE}.")
  private Duration ttl = Duration.ZERO;

  @Mixin private OutputOption output = new OutputOption();

  ChaosCommand() {}

  @Override
  public Integer call() {
    ChaosOptions options =
        Usage.checked(
            () ->
                new ChaosOptions(
                    duration,
                    seed,
                    devices,
                    devicesPerProcess,
                    mappers,
                    changesPerSecond,
                    readsPerSecond,
                    ttl));
    return output.printJudged(ChaosRun.run(options, output::tell));
  }
}
