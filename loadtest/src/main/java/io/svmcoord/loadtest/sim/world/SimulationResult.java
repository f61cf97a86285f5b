package io.svmcoord.loadtest.sim.world;

import io.svmcoord.loadtest.sim.check.Violation;
import java.util.List;
import java.util.Optional;

/**
 * What became of one seed. Immutable.
 *
 * @param seed the seed
 * @param violations promises that were broken, the first first
 * @param failure what ended the run before its time, an exception that nobody caught say
 * @param steps events that happened
 * @param simulatedNanos simulated time that passed
 * @param hash equal for equal runs
 * @param scenario the scenario, for people
 */
public record SimulationResult(
    long seed,
    List<Violation> violations,
    Optional<String> failure,
    long steps,
    long simulatedNanos,
    long hash,
    String scenario) {
  /** Copies the violations. */
  public SimulationResult {
    violations = List.copyOf(violations);
  }

  /** Whether every promise was kept to the end. */
  public boolean isGood() {
    return violations.isEmpty() && failure.isEmpty();
  }
}
