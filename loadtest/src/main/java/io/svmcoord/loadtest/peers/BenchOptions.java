package io.svmcoord.loadtest.peers;

import java.time.Duration;
import java.util.List;

/**
 * How long and how large a benchmark is. Immutable.
 *
 * @param devices numbers of devices of the fan-outs
 * @param turns how the two systems of a cell take turns
 */
public record BenchOptions(List<Integer> devices, Turns turns) {
  private static final int ROUNDS = 5;

  /** Copies the list. */
  public BenchOptions {
    devices = List.copyOf(devices);
  }

  /**
   * All of it.
   *
   * @param duration for how long operations are counted in a turn; the warm-up is as long
   */
  public static BenchOptions whole(Duration duration) {
    return new BenchOptions(List.of(1, 10, 100, 1000), new Turns(ROUNDS, duration, duration));
  }

  /** The same as far as it says most in little time. */
  public static BenchOptions quick(Duration duration) {
    return new BenchOptions(List.of(1, 10, 100), new Turns(ROUNDS, duration, duration));
  }
}
