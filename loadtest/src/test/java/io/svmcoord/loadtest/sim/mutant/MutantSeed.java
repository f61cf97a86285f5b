package io.svmcoord.loadtest.sim.mutant;

import io.svmcoord.loadtest.sim.world.SimulationResult;
import io.svmcoord.loadtest.sim.world.SimulationRun;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Runs a seed and answers the promises that it broke, the first first, each followed by what
 * happened: "G1 at 0.5 s: ...". Made once for each mutant, by the loader of its classes, and called
 * from outside by the JDK's types. Stateless.
 */
final class MutantSeed implements LongFunction<List<String>> {
  MutantSeed() {}

  @Override
  public List<String> apply(long seed) {
    SimulationResult result = SimulationRun.run(seed);
    // A mutant may also trip over itself: that is no death.
    return result.violations().stream().map(Object::toString).toList();
  }
}
