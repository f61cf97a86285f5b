package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.peers.Turns;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of commands whose contenders take turns. */
final class TurnsOption {
  @Option(
      names = "--rounds",
      defaultValue = "5",
      paramLabel = "R",
      description = "Turns of each contender in each cell. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--duration",
      defaultValue = "1s",
      paramLabel = "TIME",
      description = "For how long operations count in a turn. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ZERO;

  @Option(
      names = "--warmup",
      defaultValue = "1s",
      paramLabel = "TIME",
      description =
          "For how long each contender runs before the turns of a cell; before its first, "
              + Turns.FIRST_WARMUPS
              + " times as long. Default: ${DEFAULT-VALUE}.")
  private Duration warmup = Duration.ZERO;

  TurnsOption() {}

  /** What was asked for. */
  Turns turns() {
    return new Turns(rounds, duration, warmup);
  }
}
