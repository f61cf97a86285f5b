package io.svmcoord.loadtest.sim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private final Simulation simulation = new Simulation(1);
  private final List<String> happened = new ArrayList<>();

  @Test
  void events_happenByTime_thenInOrder() {
    schedule(20, "c");
    schedule(10, "a");
    schedule(10, "b");
    schedule(-5, "now");

    simulation.runUntil(15);

    assertThat(happened).containsExactly("now@0", "a@10", "b@10");
    assertThat(simulation.nowNanos()).isEqualTo(15);
    assertThat(simulation.step()).isTrue();
    assertThat(happened).last().isEqualTo("c@20");
    assertThat(simulation.step()).isFalse();
    assertThat(simulation.steps()).isEqualTo(4);
  }

  @Test
  void cancelledEvent_neitherHappensNorMovesTime() {
    SimEvent event = schedule(10, "a");
    event.cancel();
    event.cancel();

    assertThat(simulation.step()).isFalse();
    assertThat(simulation.nowNanos()).isZero();
  }

  @Test
  void runUntilCondition_stopsThere_orAtTheLimit() {
    schedule(10, "a");
    schedule(20, "b");
    schedule(30, "c");

    assertThat(simulation.runUntil(() -> happened.size() == 2, 100)).isTrue();
    assertThat(simulation.nowNanos()).isEqualTo(20);
    assertThat(simulation.runUntil(() -> happened.size() == 9, 25)).isFalse();
    assertThat(happened).hasSize(2);
  }

  @Test
  void stepsPastTheLimit_failWithTheSeed() {
    Simulation endless = new Simulation(42, Trace.off(), 100);
    var _ = endless.schedule(1, () -> again(endless));

    assertThatThrownBy(() -> endless.runUntil(1_000))
        .isInstanceOf(SimulationFailedException.class)
        .hasMessageContaining("seed 42")
        .hasMessageContaining("more than 100 steps");
  }

  @Test
  void strayThread_failsTheRun() throws InterruptedException {
    Thread stray = Thread.ofPlatform().name("stray").unstarted(() -> schedule(1, "never"));
    stray.setUncaughtExceptionHandler((_, _) -> {});
    stray.start();
    stray.join();
    schedule(1, "a");

    assertThatThrownBy(simulation::step).hasMessageContaining("thread: stray");
  }

  @Test
  void lines_haveTimeAndName_andAreFreeWhenOff() {
    List<String> lines = new ArrayList<>();
    Simulation traced = new Simulation(1, Trace.to(lines::add), 100);
    var _ = traced.schedule(1_500_000, () -> traced.note("host", "begins"));
    traced.runUntil(2_000_000);

    assertThat(lines).containsExactly("     1.500000  host          begins");
    assertThat(traced.trace().isOn()).isTrue();
    assertThat(simulation.trace().isOn()).isFalse();
  }

  private static void again(Simulation endless) {
    var _ = endless.schedule(0, () -> again(endless));
  }

  private SimEvent schedule(long delay, String name) {
    return simulation.schedule(delay, () -> happened.add(name + "@" + simulation.nowNanos()));
  }
}
