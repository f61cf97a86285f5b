package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole coordinator under random histories, against a naive reference and the promises. */
final class KernelModelTest {
  private static final int SEEDS = 400;
  private static final int STEPS = 250;
  private static final int MUTANT_SEEDS = 60;

  @Test
  void schedules_random_sameAsReferenceAndPromisesKept() {
    for (long seed = 0; seed < SEEDS; seed++) {
      run(seed, true);
    }
  }

  @Test
  void schedules_randomWithLateTimersAndClockWrap_promisesKept() {
    for (long seed = 0; seed < SEEDS; seed++) {
      run(seed, false);
    }
  }

  private static void run(long seed, boolean isCompared) {
    assertThatCode(() -> new RandomSchedule(seed, isCompared, Mutant.NONE).run(STEPS))
        .as("seed " + seed)
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(value = Mutant.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void checker_brokenCoordinator_notices(Mutant mutant) {
    int noticed = 0;
    for (long seed = 0; seed < MUTANT_SEEDS; seed++) {
      try {
        new RandomSchedule(seed, true, mutant).run(STEPS);
      } catch (AssertionError expected) {
        noticed++;
      }
    }
    assertThat(noticed).as("seeds in which %s was noticed", mutant).isGreaterThan(0);
  }
}
