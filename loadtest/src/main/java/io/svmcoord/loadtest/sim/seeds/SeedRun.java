package io.svmcoord.loadtest.sim.seeds;

/** Runs the world of one seed to its end. Several threads may run seeds at once, one each. */
@FunctionalInterface
public interface SeedRun {
  /** Runs a seed; the same seed gives the same outcome. Blocks until it is through. */
  SeedOutcome run(long seed);
}
