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
    Reached reached = new Reached();
    for (long seed = 0; seed < SEEDS; seed++) {
      run(seed, true, reached);
    }
    assertThat(reached.outcomes()).as("what the histories reach").contains(Reached.EXPECTED);
  }

  @Test
  void schedules_randomWithLateTimersAndClockWrap_promisesKept() {
    Reached reached = new Reached();
    for (long seed = 0; seed < SEEDS; seed++) {
      run(seed, false, reached);
    }
    assertThat(reached.outcomes()).as("what the histories reach").contains(Reached.EXPECTED);
  }

  private static void run(long seed, boolean isCompared, Reached reached) {
    assertThatCode(() -> new RandomSchedule(seed, isCompared, Mutant.NONE, reached).run(STEPS))
        .as("seed " + seed)
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(value = Mutant.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void checker_brokenCoordinator_notices(Mutant mutant) {
    boolean isNoticed = false;
    for (long seed = 0; seed < MUTANT_SEEDS && !isNoticed; seed++) {
      try {
        new RandomSchedule(seed, false, mutant, new Reached()).run(STEPS);
      } catch (AssertionError expected) {
        isNoticed = true;
      }
    }
    assertThat(isNoticed).as("%s was noticed in %d seeds", mutant, MUTANT_SEEDS).isTrue();
  }
}
