package io.svmcoord.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.Incarnation;
import io.svmcoord.server.kernel.KernelConfig;
import io.svmcoord.server.kernel.KernelObserver;
import io.svmcoord.server.kernel.Kernels;
import io.svmcoord.server.kernel.Outcome;
import io.svmcoord.server.kernel.Peer;
import io.svmcoord.server.kernel.SessionKey;
import io.svmcoord.server.kernel.SessionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The kernel's confinement to one loop, and its deadlines on it. */
class KernelLoopTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - SECOND);
  private final AtomicLong keys = new AtomicLong();
  private final FakeLoop loop = new FakeLoop();
  private final AtomicInteger turns = new AtomicInteger();
  private final Coordinator coordinator =
      Kernels.fresh(
          new Incarnation(1, 1),
          KernelConfig.DEFAULTS,
          () -> new SessionKey(0, keys.incrementAndGet()),
          KernelObserver.NONE);
  private final KernelLoop kernel =
      new KernelLoop(loop, time::get, coordinator, turns::incrementAndGet);
  private final List<String> order = new ArrayList<>();

  @Test
  void run_onTheLoop_isDoneWhenItReturns() {
    kernel.run("a", order::add);

    assertThat(order).containsExactly("a");
    assertThat(turns).hasValue(1);
    assertThat(loop.waiting()).isZero();
  }

  @Test
  void run_afterAChangeThatThrew_runsNothingAnyMore() {
    Coordinator breaking =
        Kernels.fresh(
            new Incarnation(1, 1),
            KernelConfig.DEFAULTS,
            () -> {
              throw new IllegalArgumentException("no key");
            },
            KernelObserver.NONE);
    KernelLoop loopOfIt = new KernelLoop(loop, time::get, breaking, turns::incrementAndGet);
    loopOfIt.run("a", order::add);
    loopOfIt.run(
        new SessionRequest("host", "1", Peer.of("peer"), 0, null),
        request -> {
          var _ = Kernels.openHost(breaking, time.get(), request, reason -> {});
        });

    loopOfIt.run("b", order::add);

    assertThat(breaking.isBroken()).isTrue();
    assertThat(order).containsExactly("a");
  }

  @Test
  void run_fromAnotherThread_goesThroughOneTask() {
    loop.current(false);
    kernel.run("a", order::add);
    kernel.run("b", order::add);
    assertThat(order).isEmpty();
    assertThat(loop.waiting()).isEqualTo(1);

    loop.runAll();

    assertThat(order).containsExactly("a", "b");
  }

  @Test
  void runFirst_fromAnotherThread_passesWhatWaitsAndKeepsItsOwnOrder() {
    loop.current(false);
    for (int i = 0; i < 1000; i++) {
      kernel.run("flood", order::add);
    }
    kernel.runFirst("ack 1", order::add);
    kernel.runFirst("ack 2", order::add);

    loop.runAll();

    assertThat(order).hasSize(1002).startsWith("ack 1", "ack 2");
    assertThat(order.subList(2, 1002)).containsOnly("flood");
  }

  @Test
  void run_fromAnotherThreadInLargeNumbers_losesNoneAndKeepsTheOrder() {
    loop.current(false);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      expected.add("i" + i);
      kernel.run("i" + i, order::add);
    }

    loop.runAll();

    assertThat(order).isEqualTo(expected);
  }

  @Test
  void run_withinAnInput_followsIt() {
    kernel.run(
        "outer",
        name -> {
          kernel.run("caused", order::add);
          order.add(name);
        });

    assertThat(order).containsExactly("outer", "caused");
  }

  @Test
  void run_inputThrows_theNextOneRuns() {
    kernel.run(
        "bad",
        name -> {
          throw new IllegalStateException(name + ": on purpose");
        });
    kernel.run("good", order::add);

    assertThat(order).containsExactly("good");
  }

  @Test
  void timer_firesAtTheLeasesEndAcrossTheClocksOverflow() {
    open();
    assertThat(loop.scheduled()).hasSize(1);
    FakeLoop.Scheduled timer = loop.scheduled().getFirst();
    assertThat(timer.delayNanos()).isBetween(1L, 4 * SECOND);

    time.addAndGet(10 * SECOND);
    timer.task().run();

    assertThat(coordinator.sessions(time.get(), 0, 1).rows().getFirst().isOver()).isTrue();
    assertThat(coordinator.hasDeadline()).isFalse();
  }

  @Test
  void timer_laterDeadlines_armNothing() {
    open();
    time.addAndGet(1);
    open();
    time.addAndGet(1);
    open();

    assertThat(loop.scheduled()).hasSize(1);
  }

  private void open() {
    kernel.run(
        new SessionRequest("host", "", Peer.of(""), 0, null),
        request ->
            assertThat(Kernels.openHost(coordinator, time.get(), request, reason -> {}))
                .isInstanceOf(Outcome.Ok.class));
  }
}
