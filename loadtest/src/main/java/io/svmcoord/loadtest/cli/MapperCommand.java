package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.emulator.MapperEmulator;
import io.svmcoord.loadtest.emulator.MapperEmulatorOptions;
import io.svmcoord.loadtest.report.RoleReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm mapper}: mappers that validate page lists. */
@Command(
    name = "mapper",
    description = {
      "Plays mappers: they collect page lists of a host, validate them, and have them judged.",
      "Prints lines of JSON; the last says what was counted. Exit code 1 on any stale page."
    })
public final class MapperCommand implements Callable<Integer> {
  @Option(
      names = "--name",
      defaultValue = "mapper",
      description = "Stem of their names. Default: ${DEFAULT-VALUE}.")
  private String name = "";

  @Option(
      names = "--mappers",
      defaultValue = "1",
      paramLabel = "N",
      description = "How many. Default: ${DEFAULT-VALUE}.")
  private int mappers;

  @Option(
      names = "--snapshots-per-second",
      defaultValue = "0",
      paramLabel = "N",
      description = "Page lists of each mapper; 0: as fast as they go. Default: ${DEFAULT-VALUE}.")
  private int snapshotsPerSecond;

  @Mixin private RoleSource source = new RoleSource();

  @Mixin private RolePlay play = new RolePlay();

  MapperCommand() {}

  @Override
  public Integer call() {
    MapperEmulatorOptions options =
        Usage.checked(
            () ->
                MapperEmulatorOptions.builder(play.target(), source.at())
                    .name(name)
                    .mappers(mappers)
                    .snapshotsPerSecond(snapshotsPerSecond)
                    .seed(play.seed())
                    .build());
    return play.play(
        () -> MapperEmulator.start(options),
        (phase, emulator) -> RoleReport.of(phase, name, emulator.stats()));
  }
}
