package io.svmcoord.loadtest.sim.seeds;

import java.util.List;

/**
 * What became of one seed. Immutable.
 *
 * @param seed the seed
 * @param virtualNanos simulated time that the run took
 * @param events events that happened in it
 * @param broken what was wrong, the first first; empty when all is well
 */
public record SeedOutcome(long seed, long virtualNanos, long events, List<Broken> broken) {
  /** Copies the list. */
  public SeedOutcome {
    broken = List.copyOf(broken);
  }

  /**
   * A promise that was broken, or a run that broke off.
   *
   * @param promise G1 to G9; {@link #ERROR} if code threw what nobody caught
   * @param timeMs simulated milliseconds since the beginning
   * @param text what happened, for people
   */
  public record Broken(String promise, double timeMs, String text) {
    /** In the place of a promise: the run broke off. */
    public static final String ERROR = "ERROR";
  }

  boolean isWell() {
    return broken.isEmpty();
  }
}
