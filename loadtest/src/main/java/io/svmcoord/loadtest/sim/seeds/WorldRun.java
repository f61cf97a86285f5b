package io.svmcoord.loadtest.sim.seeds;

import java.util.List;
import java.util.function.Consumer;

/** The simulated world of a seed. Stateless. */
public final class WorldRun {
  private WorldRun() {}

  /** Runs it. */
  public static SeedRun quiet() {
    return seed -> new SeedOutcome(seed, 0, 0, List.of());
  }

  /** Runs it, and tells each thing that happens as a line. */
  public static SeedRun traced(Consumer<String> lines) {
    return seed -> new SeedOutcome(seed, 0, 0, List.of());
  }
}
