package io.svmcoord.loadtest.sim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class SimProcessTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private final Simulation simulation = new Simulation(7);
  private final SimProcess process = newProcess(simulation, "p", 0);
  private final List<String> happened = new ArrayList<>();

  private static SimProcess newProcess(Simulation simulation, String name, int ratePpm) {
    return new SimProcess(simulation, name, new SimClock(simulation, 1_234, ratePpm, 0));
  }

  // Threads.

  /** Threads that fight for a lock and hand each other futures; answers who had the lock when. */
  private static String fight(long seed) {
    Simulation simulation = new Simulation(seed);
    SimProcess process = newProcess(simulation, "p", 0);
    ReentrantLock lock = new ReentrantLock();
    List<CompletableFuture<Integer>> futures = new ArrayList<>();
    StringBuilder order = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      int self = i;
      futures.add(new CompletableFuture<>());
      process.start(
          () -> {
            for (int round = 0; round < 10; round++) {
              lock.lock();
              try {
                order.append(self);
                process.sleep(1_000);
              } finally {
                lock.unlock();
              }
              process.sleep(1_000);
            }
            int before = self == 0 ? 0 : futures.get(self - 1).join();
            futures.get(self).complete(before + 1);
          });
    }
    assertThat(simulation.runUntil(futures.getLast()::isDone, SECOND)).isTrue();
    assertThat(futures.getLast().join()).isEqualTo(8);
    assertThat(order).hasSize(80);
    return order + " " + simulation.trace().hash();
  }

  @Test
  void threadsThatFight_runTheSameForASeed_andOtherwiseForAnother() {
    assertThat(fight(1)).isEqualTo(fight(1)).isNotEqualTo(fight(2));
    assertThat(fight(2)).isEqualTo(fight(2));
  }

  @Test
  void threads_areCarriedByTheOwner_andAreVirtual() {
    List<Thread> threads = new ArrayList<>();
    process.start(() -> threads.add(Thread.currentThread()));
    assertThat(threads).isEmpty();
    simulation.runUntil(SECOND);

    assertThat(threads).singleElement().matches(Thread::isVirtual);
  }

  @Test
  void startNow_runsUntilItWaits() {
    CompletableFuture<String> future = new CompletableFuture<>();
    var _ =
        process.schedule(
            10,
            () -> {
              process.startNow(
                  () -> {
                    note("begins");
                    note(future.join());
                  });
              note("waits");
            });
    simulation.runUntil(SECOND);
    assertThat(happened).containsExactly("begins", "waits");

    future.complete("goes on");
    simulation.runUntil(2 * SECOND);
    assertThat(happened).last().isEqualTo("goes on");
  }

  @Test
  void uncaughtFailure_failsTheRun() {
    process.start(
        () -> {
          throw new AssertionError("a stale page");
        });

    assertThatThrownBy(() -> simulation.runUntil(SECOND))
        .isInstanceOf(SimulationFailedException.class)
        .hasMessageContaining("seed 7")
        .hasRootCauseMessage("a stale page");
  }

  @Test
  void realTime_failsTheRun() {
    // Long enough for the thread to be parked when the JDK's timer wakes it, from a thread of its
    // own: a time that is over while it parks is no waiting.
    process.start(() -> LockSupport.parkNanos(200 * MILLI));
    simulation.runUntil(SECOND);
    await()
        .pollInSameThread()
        .untilAsserted(() -> assertThatThrownBy(this::stepOnce).hasMessageContaining("real time"));
  }

  private void stepOnce() {
    var _ = simulation.schedule(0, () -> {});
    assertThat(simulation.step()).isTrue();
  }

  // Waiting with a limit.

  @Test
  void await_givesTheValue_theFailure_orUp() {
    CompletableFuture<String> soon = new CompletableFuture<>();
    CompletableFuture<String> fails = new CompletableFuture<>();
    process.start(() -> note(outcome(soon, 5 * MILLI)));
    process.start(() -> note(outcome(fails, 5 * MILLI)));
    process.start(() -> note(outcome(new CompletableFuture<>(), 20 * MILLI)));
    process.start(() -> note("looked: " + outcome(new CompletableFuture<>(), 0)));
    var _ = process.schedule(MILLI, () -> soon.complete("value"));
    var _ =
        process.schedule(2 * MILLI, () -> fails.completeExceptionally(new ArithmeticException()));
    simulation.runUntil(15 * MILLI);
    assertThat(happened).containsExactly("looked: timed out", "value", "failed");

    simulation.runUntil(30 * MILLI);
    assertThat(happened).last().isEqualTo("timed out");
  }

  @Test
  void await_interrupted_throws() {
    List<Thread> waiter = new ArrayList<>();
    process.start(
        () -> {
          waiter.add(Thread.currentThread());
          note(outcome(new CompletableFuture<>(), SECOND));
        });
    var _ = process.schedule(MILLI, () -> waiter.getFirst().interrupt());
    simulation.runUntil(2 * MILLI);

    assertThat(happened).containsExactly("interrupted");
  }

  private String outcome(CompletableFuture<String> future, long nanos) {
    try {
      return process.await(future, nanos);
    } catch (TimeoutException e) {
      return "timed out";
    } catch (ExecutionException e) {
      return "failed";
    } catch (InterruptedException e) {
      return "interrupted";
    }
  }

  @Test
  void awaitCondition_comesBackOnTheSignal_orInTime() {
    ReentrantLock lock = new ReentrantLock();
    Condition condition = lock.newCondition();
    process.start(() -> awaitTwice(lock, condition));
    var _ =
        process.schedule(
            MILLI,
            () -> {
              lock.lock();
              try {
                condition.signal();
              } finally {
                lock.unlock();
              }
            });
    simulation.runUntil(SECOND);

    assertThat(happened).containsExactly("signalled at 1 ms", "late at 11 ms");
  }

  @SuppressWarnings("WaitNotInLoop") // What comes back when is what is tested.
  private void awaitTwice(ReentrantLock lock, Condition condition) {
    lock.lock();
    try {
      process.await(lock, condition, 50 * MILLI);
      note("signalled at " + nowMillis());
      process.await(lock, condition, 10 * MILLI);
      note("late at " + nowMillis());
    } catch (InterruptedException e) {
      note("interrupted");
    } finally {
      lock.unlock();
    }
  }

  @Test
  void sleepAndTimers_goByTheLocalClock() {
    SimProcess slow = newProcess(simulation, "slow", -100_000);
    slow.start(
        () -> {
          slow.sleep(900 * MILLI);
          note("slept at " + nowMillis());
        });
    var _ = slow.after(1_800 * MILLI, () -> note("timer at " + nowMillis()));
    SimTimer taken = slow.after(10 * MILLI, () -> note("never"));
    taken.cancel();
    simulation.runUntil(3 * SECOND);

    assertThat(happened).hasSize(2);
    assertThat(happened.get(0)).startsWith("slept at 100");
    assertThat(happened.get(1)).startsWith("timer at 200");
  }

  // Faults.

  @Test
  void pause_holdsEverything_andThenRunsItInOrder() {
    for (int i = 0; i < 5; i++) {
      String name = "e" + i;
      var _ = process.schedule((i + 1) * MILLI, () -> note(name + "@" + nowMillis()));
    }
    var _ = simulation.schedule(1_500_000, () -> process.pause(2_500_000));
    simulation.runUntil(10 * MILLI);

    assertThat(happened).containsExactly("e0@1 ms", "e1@4 ms", "e2@4 ms", "e3@4 ms", "e4@5 ms");
  }

  @Test
  void pauseWithinAPause_endsWithTheLaterOne() {
    process.pause(10 * MILLI);
    process.pause(5 * MILLI);
    var _ = process.schedule(MILLI, () -> note("at " + nowMillis()));
    var _ = simulation.schedule(9 * MILLI, () -> process.pause(4 * MILLI));
    simulation.runUntil(20 * MILLI);

    assertThat(happened).containsExactly("at 13 ms");
  }

  @Test
  void suspend_stopsTheMonotonicClock_notTheWallClock() {
    var _ = process.after(10 * MILLI, () -> note("timer at " + nowMillis()));
    process.suspend(100 * MILLI);
    simulation.runUntil(105 * MILLI);

    assertThat(happened).isEmpty();
    assertThat(process.clock().nanos() - 1_234).isEqualTo(5 * MILLI);
    assertThat(process.clock().wallMillis()).isEqualTo(105);
    simulation.runUntil(120 * MILLI);
    assertThat(happened).hasSize(1);
    assertThat(process.clock().nanos() - 1_234).isEqualTo(20 * MILLI);
  }

  @Test
  void crash_endsEverything_andIsTold() {
    CompletableFuture<String> future = new CompletableFuture<>();
    process.start(() -> note(future.join()));
    var _ = process.after(5 * MILLI, () -> note("timer"));
    process.onCrash(() -> note("told"));
    var _ = simulation.schedule(MILLI, process::crash);
    var _ = simulation.schedule(2 * MILLI, process::crash);
    var _ = simulation.schedule(2 * MILLI, () -> future.complete("woken"));
    simulation.runUntil(SECOND);

    assertThat(happened).containsExactly("told");
    assertThat(process.isCrashed()).isTrue();
  }

  @Test
  void crashByItself_failsTheRun() {
    process.start(process::crash);

    assertThatThrownBy(() -> simulation.runUntil(SECOND))
        .hasMessageContaining("crash: called by p itself");
  }

  @Test
  void threadsOfACrashedProcess_areGarbage() {
    WeakReference<Object> held = waitForEver();
    process.crash();

    await()
        .pollInSameThread()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(held.get()).isNull();
            });
  }

  private WeakReference<Object> waitForEver() {
    Object local = new Object();
    WeakReference<Object> reference = new WeakReference<>(local);
    process.start(() -> waitHolding(local));
    simulation.runUntil(simulation.nowNanos() + SECOND);
    return reference;
  }

  private static void waitHolding(Object local) {
    CompletableFuture<Object> never = new CompletableFuture<>();
    assertThat(never.join()).isSameAs(local);
  }

  private void note(String what) {
    happened.add(what);
  }

  private String nowMillis() {
    return simulation.nowNanos() / MILLI + " ms";
  }
}
