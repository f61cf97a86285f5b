package io.svmcoord.loadtest.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** What the commands {@code host} and {@code guest-host} say of the times of their begins. */
final class BeginTimes {
  @Option(
      names = "--ack-deadline",
      defaultValue = "1s",
      paramLabel = "TIME",
      description = "A device that acks later is evicted. Default: ${DEFAULT-VALUE}.")
  private Duration ackDeadline = Duration.ZERO;

  @Option(
      names = "--late-begin",
      hidden = true,
      defaultValue = "1h",
      paramLabel = "TIME",
      description = "Tell of each begin that takes longer.")
  private Duration lateBegin = Duration.ZERO;

  BeginTimes() {}

  Duration ackDeadline() {
    return ackDeadline;
  }

  Duration lateBegin() {
    return lateBegin;
  }
}
