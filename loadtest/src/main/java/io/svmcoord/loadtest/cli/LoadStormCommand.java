package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.chaos.StormOptions;
import io.svmcoord.loadtest.chaos.StormRun;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm load storm}: everybody is cut off at once. */
@Command(
    name = "storm",
    description = {
      "Cuts the connections of all devices off at the same moment, while the host goes on changing"
          + " pages, and measures how long until all are back.",
      "Exit code 1 on any stale page, any begin past its bound, or any device that doesn't come"
          + " back."
    })
final class LoadStormCommand implements Callable<Integer> {
  @Option(
      names = "--devices",
      defaultValue = "10000",
      paramLabel = "N",
      description = "Devices, one session each. Default: ${DEFAULT-VALUE}.")
  private int devices;

  @Option(
      names = "--devices-per-process",
      defaultValue = "2500",
      paramLabel = "N",
      description = "Devices of one process; they share 16 connections. Default: ${DEFAULT-VALUE}.")
  private int devicesPerProcess;

  @Option(
      names = "--storms",
      defaultValue = "3",
      paramLabel = "N",
      description = "Times that all are cut off. Default: ${DEFAULT-VALUE}.")
  private int storms;

  @Option(
      names = "--calm",
      defaultValue = "20s",
      paramLabel = "TIME",
      description =
          "Time before each storm in which all are connected and what runs is compiled. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration calm = Duration.ZERO;

  @Option(
      names = "--changes-per-second",
      defaultValue = "1",
      paramLabel = "N",
      description = "Changes of the host's pages. Default: ${DEFAULT-VALUE}.")
  private int changesPerSecond;

  @Option(
      names = "--ack-deadline",
      defaultValue = "5s",
      paramLabel = "TIME",
      description = "A device that acks later is evicted. Default: ${DEFAULT-VALUE}.")
  private Duration ackDeadline = Duration.ZERO;

  @Option(
      names = "--ttl",
      defaultValue = "10s",
      paramLabel = "TIME",
      description = "Time to live of leases. Default: ${DEFAULT-VALUE}.")
  private Duration ttl = Duration.ZERO;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of the random numbers. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private OutputOption output = new OutputOption();

  LoadStormCommand() {}

  @Override
  public Integer call() {
    StormOptions options =
        Usage.checked(
            () ->
                new StormOptions(
                    devices,
                    devicesPerProcess,
                    storms,
                    calm,
                    changesPerSecond,
                    ackDeadline,
                    ttl,
                    seed));
    return output.printJudged(StormRun.run(options, output::tell));
  }
}
