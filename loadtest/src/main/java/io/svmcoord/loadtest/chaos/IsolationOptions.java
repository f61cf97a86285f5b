package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;

/**
 * What is measured, and how often. Immutable.
 *
 * @param devices of the space that is measured
 * @param beginsPerSecond of the space that is measured, and of the others together
 * @param waiting begins that wait for the stopped device
 * @param rounds pairs of one measurement without and one with a stopped device
 * @param phase time of one measurement
 */
public record IsolationOptions(
    int devices, int beginsPerSecond, int waiting, int rounds, Duration phase) {
  private static final Duration PHASE_MIN = Duration.ofSeconds(1);
  private static final Duration PHASE_MAX = Duration.ofSeconds(30);

  /** Checks the values. */
  public IsolationOptions {
    require("--devices", devices, 1_000);
    require("--begins-per-second", beginsPerSecond, 10_000);
    require("--waiting", waiting, 1_000);
    require("--rounds", rounds, 1_000);
    if (phase.compareTo(PHASE_MIN) < 0 || phase.compareTo(PHASE_MAX) > 0) {
      throw RunFailure.badUsage(
          "--phase: %d ms (expected: %d to %d s)"
              .formatted(phase.toMillis(), PHASE_MIN.toSeconds(), PHASE_MAX.toSeconds()));
    }
  }

  private static void require(String option, int value, int max) {
    if (value < 1 || value > max) {
      throw RunFailure.badUsage(option + ": " + value + " (expected: 1 to " + max + ")");
    }
  }
}
