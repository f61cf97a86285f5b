package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.emulator.GuestHost;
import io.svmcoord.loadtest.emulator.HostEmulatorOptions;
import io.svmcoord.loadtest.process.Termination;
import io.svmcoord.loadtest.report.RoleReport;
import io.svmcoord.loadtest.report.RoleReport.Phase;
import java.time.Duration;
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

  @Option(
      names = "--ack-deadline",
      defaultValue = "1s",
      paramLabel = "TIME",
      description = "A device that acks later is evicted. Default: ${DEFAULT-VALUE}.")
  private Duration ackDeadline = Duration.ZERO;

  @Option(
      names = "--late-begin",
      defaultValue = "1h",
      paramLabel = "TIME",
      description = "Tell of each begin that takes longer.")
  private Duration lateBegin = Duration.ZERO;

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
                    .ackDeadline(ackDeadline)
                    .lateBegin(lateBegin)
                    .ttl(play.ttl())
                    .seed(play.seed())
                    .build());
    try (Termination signal = play.signal();
        GuestHost guest = GuestHost.start(options, source.spaceId(), source.memory())) {
      play.print(RoleReport.of(Phase.READY, name, guest.stats()));
      play.play(
          signal,
          phase -> RoleReport.of(phase, name, guest.stats()),
          guest::hasFailed,
          guest::stop);
      return guest.stats().unfinished() == 0 ? ExitCode.OK : ExitCode.FOUND_WRONG;
    }
  }
}
