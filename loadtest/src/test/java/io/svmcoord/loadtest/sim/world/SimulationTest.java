package io.svmcoord.loadtest.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.loadtest.sim.SilentLogs;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Runs the product in many worlds. A seed that fails fails always: {@link SimulationRun#run(long,
 * java.util.function.Consumer)} tells what happens in it.
 */
class SimulationTest {
  private static final long SEEDS = 2_000;
  private static final long SEEDS_WITH_GATEWAYS = 1_000;
  private static final int THREADS = 2;

  private final SilentLogs logs = SilentLogs.start();

  @AfterEach
  void logAgain() {
    logs.close();
  }

  @Test
  void seeds_everyPromiseIsKeptToTheEnd() throws InterruptedException {
    assertKept(1, SEEDS);
  }

  @Test
  void seeds_ofDevicesThatShareGateways_everyPromiseIsKeptToTheEnd() throws InterruptedException {
    assertKept(SimulationRun.GATEWAY_SEEDS, SEEDS_WITH_GATEWAYS);
  }

  private static void assertKept(long first, long count) throws InterruptedException {
    long end = first + count;
    AtomicLong next = new AtomicLong(first);
    Queue<SimulationResult> bad = new ConcurrentLinkedQueue<>();
    Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      // A simulation carries its virtual threads on the platform thread that made it.
      threads.add(Thread.ofPlatform().start(() -> runSeeds(next, end, bad, errors)));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(errors).isEmpty();
    assertThat(bad).isEmpty();
    assertThat(next).hasValueGreaterThanOrEqualTo(end);
  }

  private static void runSeeds(
      AtomicLong next, long end, Queue<SimulationResult> bad, Queue<Throwable> errors) {
    try {
      for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
        SimulationResult result = SimulationRun.run(seed);
        if (!result.isGood()) {
          bad.add(result);
        }
      }
    } catch (RuntimeException | Error e) {
      errors.add(e);
    }
  }

  @Test
  void seed_twice_isTheSameRunAlsoWithItsTrace() {
    for (long seed = 1; seed <= 20; seed++) {
      List<String> lines = new ArrayList<>();

      SimulationResult first = SimulationRun.run(seed);

      assertThat(SimulationRun.run(seed)).isEqualTo(first);
      assertThat(SimulationRun.run(seed, lines::add)).isEqualTo(first);
      assertThat(lines).isNotEmpty();
    }
  }

  @Test
  void seed_withGateways_isTheSameRunTwiceAndNotTheOneWithout() {
    for (long seed = 1; seed <= 20; seed++) {
      SimulationResult first = SimulationRun.run(SimulationRun.GATEWAY_SEEDS + seed);

      assertThat(SimulationRun.run(SimulationRun.GATEWAY_SEEDS + seed)).isEqualTo(first);
      assertThat(SimulationRun.run(seed).hash()).isNotEqualTo(first.hash());
    }
  }

  @Test
  void seeds_others_areOtherRuns() {
    assertThat(SimulationRun.run(1).hash()).isNotEqualTo(SimulationRun.run(2).hash());
  }
}
