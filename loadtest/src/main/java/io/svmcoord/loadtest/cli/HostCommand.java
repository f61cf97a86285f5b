package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.emulator.HostEmulator;
import io.svmcoord.loadtest.emulator.HostEmulatorOptions;
import io.svmcoord.loadtest.process.Termination;
import io.svmcoord.loadtest.report.RoleReport;
import io.svmcoord.loadtest.report.RoleReport.Phase;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code svm host}: a host with real pages. */
@Command(
    name = "host",
    description = {
      "Plays a host: owns real pages, changes them the ways a kernel does, and serves faults.",
      "Prints lines of JSON: the first says where devices and mappers find its pages, the last what"
          + " it counted."
    })
public final class HostCommand implements Callable<Integer> {
  @Option(
      names = "--name",
      defaultValue = "host",
      description = "Shown in listings. Default: ${DEFAULT-VALUE}.")
  private String name = "";

  @Option(
      names = "--pages",
      defaultValue = "4096",
      paramLabel = "N",
      description = "Pages of each address space. Default: ${DEFAULT-VALUE}.")
  private int pages;

  @Option(
      names = "--changes",
      defaultValue = "8",
      paramLabel = "K",
      description = "Loops that change pages at the same time. Default: ${DEFAULT-VALUE}.")
  private int changes;

  @Option(
      names = "--changes-per-second",
      defaultValue = "0",
      paramLabel = "N",
      description = "Of all loops together; 0: as fast as they go. Default: ${DEFAULT-VALUE}.")
  private int changesPerSecond;

  @Option(
      names = "--hold",
      hidden = true,
      description = "Change nothing until the program that started this one says so.")
  private boolean isHeld;

  @Mixin private BeginTimes times = new BeginTimes();

  @Mixin private RolePlay play = new RolePlay();

  HostCommand() {}

  @Override
  public Integer call() {
    HostEmulatorOptions options =
        Usage.checked(
            () ->
                HostEmulatorOptions.builder(play.target())
                    .name(name)
                    .pages(pages)
                    .changeLoops(changes)
                    .changesPerSecond(changesPerSecond)
                    .ackDeadline(times.ackDeadline())
                    .lateBegin(times.lateBegin())
                    .ttl(play.ttl())
                    .seed(play.seed())
                    .build());
    return play.play(() -> HostEmulator.open(options), this::report, this::begin);
  }

  private RoleReport report(Phase phase, HostEmulator host) {
    return phase == Phase.READY
        ? RoleReport.ready(name, host.ready(), host.stats())
        : RoleReport.of(phase, name, host.stats());
  }

  private void begin(Termination signal, HostEmulator host) {
    if (isHeld) {
      signal.awaitGo();
    }
    host.startChanges();
  }
}
