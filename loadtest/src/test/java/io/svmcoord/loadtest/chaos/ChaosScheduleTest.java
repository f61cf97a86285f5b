package io.svmcoord.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChaosScheduleTest {
  private static final Duration TTL = Duration.ofSeconds(2);

  private static ChaosOptions options(Duration duration, long seed) {
    return new ChaosOptions(duration, seed, 32, 4, 4, 100, 10_000, TTL);
  }

  @Test
  void of_sameSeed_sameSteps_otherSeedOthers() {
    List<ChaosStep> steps = ChaosSchedule.of(options(Duration.ofMinutes(10), 7));
    assertThat(ChaosSchedule.of(options(Duration.ofMinutes(10), 7))).isEqualTo(steps);
    assertThat(ChaosSchedule.of(options(Duration.ofMinutes(10), 8))).isNotEqualTo(steps);
  }

  @Test
  void of_manySeeds_noVictimIsStruckTwiceAtOnceAndAllIsHealedInTime() {
    for (long seed = 1; seed <= 200; seed++) {
      Duration duration = Duration.ofMinutes(2);
      Map<Victim, Duration> freeFrom = new HashMap<>();
      Duration last = Duration.ZERO;
      for (ChaosStep step : ChaosSchedule.of(options(duration, seed))) {
        assertThat(step.at()).as("seed %d", seed).isGreaterThanOrEqualTo(last);
        assertThat(step.end()).as("seed %d", seed).isLessThanOrEqualTo(duration);
        assertThat(freeFrom.getOrDefault(step.victim(), Duration.ZERO))
            .as("seed %d: %s", seed, step)
            .isLessThanOrEqualTo(step.at());
        freeFrom.put(step.victim(), step.end());
        last = step.at();
      }
    }
  }

  @Test
  void of_tenMinutes_everyKindOfFaultAndVictim() {
    Set<Class<?>> kinds = new HashSet<>();
    Set<Victim> victims = new HashSet<>();
    Set<Victim> killed = new HashSet<>();
    Set<Duration> freezes = new HashSet<>();
    for (ChaosStep step : ChaosSchedule.of(options(Duration.ofMinutes(10), 1))) {
      kinds.add(step.fault().getClass());
      victims.add(step.victim());
      if (step.fault() instanceof Fault.Kill) {
        killed.add(step.victim());
      }
      if (step.fault() instanceof Fault.Freeze freeze) {
        freezes.add(freeze.length());
      }
    }
    assertThat(kinds).containsExactlyInAnyOrder(Fault.class.getPermittedSubclasses());
    assertThat(victims).contains(Victim.COORDINATOR, Victim.HOST, Victim.MAPPERS).hasSize(3 + 8);
    assertThat(killed).contains(Victim.COORDINATOR, Victim.MAPPERS).doesNotContain(Victim.HOST);
    assertThat(freezes)
        .containsExactlyInAnyOrder(
            TTL.multipliedBy(9).dividedBy(10),
            TTL.multipliedBy(11).dividedBy(10),
            TTL.multipliedBy(5));
  }

  @Test
  void options_outsideTheLimits_areRefusedByName() {
    assertThatThrownBy(() -> options(Duration.ofSeconds(1), 1))
        .isInstanceOf(RunFailure.class)
        .hasMessage("--duration: 1000 ms (expected: at least 10 s)");
    assertThatThrownBy(
            () -> new ChaosOptions(Duration.ofSeconds(20), 1, 1_000, 1, 4, 100, 10_000, TTL))
        .isInstanceOf(RunFailure.class)
        .hasMessage("--devices-per-process: 1, so 1000 processes (expected: at most 64)");
  }
}
