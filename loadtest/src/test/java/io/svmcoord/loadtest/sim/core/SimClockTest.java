package io.svmcoord.loadtest.sim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimClockTest {
  private static final long SECOND = 1_000_000_000;

  private final Simulation simulation = new Simulation(1);

  @Test
  void fastClock_isAhead_andMayWrap() {
    SimClock clock = new SimClock(simulation, Long.MAX_VALUE - 5, 1_000, 5_000);
    long start = clock.nanos();
    simulation.runUntil(10 * SECOND);

    assertThat(clock.nanos() - start).isEqualTo(10 * SECOND + SECOND / 100);
    assertThat(clock.nanos()).isNegative();
    assertThat(clock.wallMillis()).isEqualTo(15_010);
  }

  @Test
  void wallClock_jumps_theMonotonicOneDoesNot() {
    SimClock clock = new SimClock(simulation, 0, 0, 0);
    clock.jumpWall(-7_000);

    assertThat(clock.wallMillis()).isEqualTo(-7_000);
    assertThat(clock.nanos()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {-100_000, -333, -1, 0, 1, 777, 100_000})
  void localTime_isThereAfterItsTimeInTheSimulation_notLongBefore(int ratePpm) {
    SimClock clock = new SimClock(simulation, -3, ratePpm, 0);
    for (long local : new long[] {0, 1, 2, 999_999, 1_000_001, 3 * SECOND + 17}) {
      long start = clock.nanos();
      long needed = clock.toSimulation(local);
      simulation.runUntil(simulation.nowNanos() + needed);

      // The parts of a nanosecond that either end had are the tolerance.
      assertThat(clock.nanos() - start).isBetween(local - 2, local + 2);
    }
  }

  @Test
  void timeThatNeverComes_isTheLargest() {
    SimClock slow = new SimClock(simulation, 0, -100_000, 0);

    assertThat(slow.toSimulation(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(slow.toSimulation(-1)).isZero();
  }

  @Test
  void rateOutOfBounds_isRefused() {
    assertThatThrownBy(() -> new SimClock(simulation, 0, 100_001, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ratePpm: 100001 (expected: -100000 to 100000)");
  }
}
