package io.svmcoord.loadtest.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.loadtest.sim.core.Trace;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedSdkTest {
  private static final int SEEDS = 300;

  @Test
  void hostDeviceAndMapper_runToTheirEnd_withEverySeedOnItsOwnWay() {
    Set<String> ways = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      ways.add(new SmallWorld(seed, Trace.off()).run());
    }

    assertThat(ways).hasSize(SEEDS);
  }

  @Test
  void seed_isTheSameRun_alsoWithLines() {
    for (int seed = 0; seed < 20; seed++) {
      String run = new SmallWorld(seed, Trace.off()).run();

      assertThat(new SmallWorld(seed, Trace.off()).run()).isEqualTo(run);
      assertThat(new SmallWorld(seed, Trace.to(_ -> {})).run()).isEqualTo(run);
    }
  }
}
