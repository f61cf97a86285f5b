package io.svmcoord.loadtest.peers;

import java.time.Duration;
import java.util.List;

/**
 * How long and how large a benchmark is. Immutable.
 *
 * @param devices numbers of devices of the fan-outs
 * @param rounds turns of each system in a cell
 * @param duration for how long operations are counted in a turn; the warm-up is as long
 */
public record BenchOptions(List<Integer> devices, int rounds, Duration duration) {
  private static final int ROUNDS = 5;

  /** Checks each value. */
  public BenchOptions {
    devices = List.copyOf(devices);
    PeersOptions.requireTurn("duration", duration);
  }

  /** All of it. */
  public static BenchOptions whole(Duration duration) {
    return new BenchOptions(List.of(1, 10, 100, 1000), ROUNDS, duration);
  }

  /** What says most in little time. */
  public static BenchOptions quick(Duration duration) {
    return new BenchOptions(List.of(1, 10, 100), ROUNDS, duration);
  }
}
