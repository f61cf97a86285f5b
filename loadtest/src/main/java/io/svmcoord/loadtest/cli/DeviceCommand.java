package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.emulator.DeviceEmulator;
import io.svmcoord.loadtest.emulator.DeviceEmulatorOptions;
import io.svmcoord.loadtest.report.RoleReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm device}: devices that mirror a host's pages. */
@Command(
    name = "device",
    description = {
      "Plays devices: they mirror a host's pages, read and write them, and have every read judged.",
      "Prints lines of JSON; the last says what was counted. Exit code 1 on any stale page."
    })
public final class DeviceCommand implements Callable<Integer> {
  @Option(
      names = "--name",
      defaultValue = "device",
      description = "Stem of their names in listings. Default: ${DEFAULT-VALUE}.")
  private String name = "";

  @Option(
      names = "--devices",
      defaultValue = "1",
      paramLabel = "N",
      description = "How many. Default: ${DEFAULT-VALUE}.")
  private int devices;

  @Option(
      names = "--first-index",
      defaultValue = "0",
      paramLabel = "I",
      description = "Number of the first; other processes take others. Default: ${DEFAULT-VALUE}.")
  private int firstIndex;

  @Option(
      names = "--reads-per-second",
      defaultValue = "0",
      paramLabel = "N",
      description = "Page reads of each device; 0: as fast as they go. Default: ${DEFAULT-VALUE}.")
  private int readsPerSecond;

  @Option(
      names = "--shared-stream",
      description = "They share one stream to the coordinator, a gateway. Default: one each.")
  private boolean isStreamShared;

  @Mixin private RoleSource source = new RoleSource();

  @Mixin private RolePlay play = new RolePlay();

  DeviceCommand() {}

  @Override
  public Integer call() {
    DeviceEmulatorOptions options =
        Usage.checked(
            () ->
                DeviceEmulatorOptions.builder(play.target(), source.at())
                    .name(name)
                    .devices(devices)
                    .firstIndex(firstIndex)
                    .readsPerSecond(readsPerSecond)
                    .sharedStreams(isStreamShared)
                    .ttl(play.ttl())
                    .seed(play.seed())
                    .build());
    return play.play(
        () -> DeviceEmulator.start(options),
        (phase, emulator) -> RoleReport.of(phase, name, emulator.stats()));
  }
}
