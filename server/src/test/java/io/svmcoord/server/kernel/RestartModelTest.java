package io.svmcoord.server.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Crashes of the coordinator in the middle of everything (promises G1 and G10). */
final class RestartModelTest {
  private static final int SEEDS = 400;
  private static final int STEPS = 1500;

  @Test
  void crashes_random_noPageIsUsedWhileItIsChanged() {
    int crashes = 0;
    int graces = 0;
    int mapped = 0;
    int givenUp = 0;
    int begunInGrace = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      RestartWorld world = new RestartWorld(seed, RestartMutant.NONE);
      world.run(STEPS);
      assertThat(world.violations()).as("seed %d", seed).isEmpty();
      crashes += world.crashes;
      graces += world.graces;
      mapped += world.mapped;
      givenUp += world.givenUp;
      begunInGrace += world.begunInGrace;
    }
    // The world reaches what it is for.
    assertThat(crashes).isGreaterThan(SEEDS);
    assertThat(graces).isGreaterThan(SEEDS);
    assertThat(mapped).isGreaterThan(SEEDS);
    assertThat(givenUp).as("hosts that named their former session").isGreaterThan(SEEDS);
    assertThat(begunInGrace).isZero();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void crashes_ruleLeftOut_isNoticed(RestartMutant mutant) {
    boolean isNoticed = false;
    for (long seed = 0; seed < SEEDS && !isNoticed; seed++) {
      RestartWorld world = new RestartWorld(seed, mutant);
      world.run(STEPS);
      isNoticed = !world.violations().isEmpty();
    }
    assertThat(isNoticed).isTrue();
  }
}
