package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.emulator.GuestHost;
import io.svmcoord.loadtest.emulator.HostEmulatorOptions;
import io.svmcoord.loadtest.report.RoleReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code svm guest-host}: a host without pages, of another one's space. Started by other commands.
 */
@Command(
    name = "guest-host",
    hidden = true,
    description = {
      "Invalidates ranges of another host's address space and holds them, but changes nothing.",
      "Prints lines of JSON, like a host."
    })
public final class GuestHostCommand implements Callable<Integer> {
  @Option(
      names = "--name",
      defaultValue = "guest",
      description = "Shown in listings. Default: ${DEFAULT-VALUE}.")
  private String name = "";

  @Option(
      names = "--changes",
      defaultValue = "4",
      paramLabel = "K",
      description = "Loops that invalidate at the same time. Default: ${DEFAULT-VALUE}.")
  private int changes;

  @Mixin private BeginTimes times = new BeginTimes();

  @Mixin private RoleSource source = new RoleSource();

  @Mixin private RolePlay play = new RolePlay();

  GuestHostCommand() {}

  @Override
  public Integer call() {
    HostEmulatorOptions options =
        Usage.checked(
            () ->
                HostEmulatorOptions.builder(play.target())
                    .name(name)
                    .changeLoops(changes)
                    .ackDeadline(times.ackDeadline())
                    .lateBegin(times.lateBegin())
                    .ttl(play.ttl())
                    .seed(play.seed())
                    .build());
    return play.play(
        () -> GuestHost.start(options, source.at()),
        (phase, guest) -> RoleReport.of(phase, name, guest.stats()));
  }
}
