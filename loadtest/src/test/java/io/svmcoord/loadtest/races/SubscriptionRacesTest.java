package io.svmcoord.loadtest.races;

import static io.svmcoord.loadtest.races.RaceRig.THREADS;
import static io.svmcoord.loadtest.races.RaceRig.pages;
import static io.svmcoord.loadtest.races.Waits.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.Event;
import io.svmcoord.client.FanOut;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.Mapper;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.NotFoundException;
import io.svmcoord.client.SpaceGoneException;
import io.svmcoord.client.Token;
import io.svmcoord.range.AddressRange;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/**
 * Races between an invalidation and those who subscribe, unsubscribe or release: R6, R7, R11-R13,
 * R16.
 */
class SubscriptionRacesTest extends RaceTest {
  private static final AddressRange ALL = pages(0, 16);
  private static final AddressRange LOW = pages(0, 1);
  private static final int ROUNDS = 20;

  private final RaceTable table = new RaceTable();

  @Test
  void r06_subscribeWhileOneRunsThatWasNotSent_readerWaitsForIt() {
    Invalidation running = rig.begin(LOW);
    assertThat(running.fanOut().sessionsNotified()).isZero();
    Mirror mirror = rig.mirror(ALL, table);

    CompletableFuture<List<MirroredPage>> fault = mirror.faultAsync(LOW, Access.READ, PATIENCE);
    Waits.until("the reader waits", () -> mirror.stats().waits() == 1);
    assertThat(rig.memory().lists()).isZero();
    rig.memory().change(LOW);
    running.end();
    Waits.join(fault);

    assertThat(table.sequences()).as("never called for it").isEmpty();
    assertThat(table.versions()).isEqualTo(Map.of(LOW.first(), 2L));
  }

  @Test
  void r07_subscribeWhileAnotherHoldsItUp_takesEffectAtOnce() {
    RaceTable slow = new RaceTable();
    CountDownLatch go = new CountDownLatch(1);
    slow.beforeTearDown = () -> Waits.await(go);
    rig.mirror(rig.device("slow"), ALL, slow);
    CompletableFuture<Invalidation> first = rig.beginAsync(LOW);
    slow.awaitTold();

    Mirror mirror = rig.mirror(rig.device("newcomer"), ALL, table);
    CompletableFuture<Invalidation> second = rig.beginAsync(LOW);
    table.awaitTold();
    CompletableFuture<List<MirroredPage>> fault = mirror.faultAsync(LOW, Access.READ, PATIENCE);
    Waits.until("the reader waits", () -> mirror.stats().waits() == 1);
    go.countDown();
    Waits.join(second).end();
    Invalidation last = Waits.join(first);
    rig.awaitHandled(pages(8, 1));
    assertThat(rig.memory().lists()).as("lists made under the first").isZero();
    rig.memory().change(LOW);
    last.end();
    Waits.join(fault);

    assertThat(table.sequences()).startsWith(last.id().sequence() + 1);
    assertThat(table.versions()).isEqualTo(Map.of(LOW.first(), 2L));
  }

  @Test
  void r11_closeWhileTheHandlerRuns_waitsForItAndNothingFollows() {
    Mirror mirror = rig.mirror(ALL, table);
    CountDownLatch go = new CountDownLatch(1);
    table.beforeTearDown = () -> Waits.await(go);
    CompletableFuture<Invalidation> begin = rig.beginAsync(LOW);
    table.awaitTold();

    Thread closer = Thread.ofPlatform().start(mirror::close);
    Waits.until("close waits", () -> closer.getState() == Thread.State.WAITING);
    assertThat(table.notices()).as("calls while the handler runs").hasSize(1);
    go.countDown();
    Invalidation begun = Waits.join(begin);
    Waits.until("close is through", () -> !closer.isAlive());

    assertThat(table.insideMax()).isEqualTo(1);
    begun.end();
    try (Invalidation next = rig.begin(LOW)) {
      assertThat(next.fanOut().sessionsNotified()).isZero();
    }
    assertThat(table.notices())
        .extracting(InvalidationNotice::sequence)
        .containsExactly(begun.id().sequence(), 0L);
  }

  @Test
  void r11_unsubscribeWhileTheEventIsUnderWay_countsAsAck() {
    RaceTable slow = new RaceTable();
    CountDownLatch go = new CountDownLatch(1);
    slow.beforeTearDown = () -> Waits.await(go);
    DeviceSession device = rig.device("device");
    // Its handler keeps the event from the second mirror.
    rig.mirror(device, pages(0, 1), slow);
    Mirror second = rig.mirror(device, pages(1, 1), table);
    CompletableFuture<Invalidation> begin = rig.beginAsync(pages(0, 2));
    slow.awaitTold();
    CompletableFuture<Void> closed = CompletableFuture.runAsync(second::close, THREADS);
    Waits.until("the second mirror has dropped everything", () -> !table.notices().isEmpty());
    go.countDown();
    Waits.join(closed);

    try (Invalidation begun = Waits.join(begin)) {
      assertThat(begun.fanOut().notAcked()).isEmpty();
    }
    assertThat(table.sequences()).as("told after it had dropped everything").isEmpty();
  }

  @Test
  void r12_unsubscribeAroundTheEnd_inEitherOrderNothingIsLeft() {
    DeviceSession device = rig.device("device");
    for (boolean isEndFirst : new boolean[] {true, false}) {
      RaceTable once = new RaceTable();
      Mirror mirror = rig.mirror(device, ALL, once);
      Invalidation running = rig.begin(LOW);
      if (isEndFirst) {
        running.end();
        mirror.close();
      } else {
        mirror.close();
        running.end();
      }
      assertNothingIsLeft(once, running);
    }
  }

  @Test
  void r12_unsubscribeAndEndAtTheSameTime_nothingIsLeft() {
    DeviceSession device = rig.device("device");
    for (int i = 0; i < ROUNDS; i++) {
      RaceTable once = new RaceTable();
      Mirror mirror = rig.mirror(device, ALL, once);
      Invalidation running = rig.begin(LOW);
      CyclicBarrier start = new CyclicBarrier(2);
      CompletableFuture<Void> end = together(start, running::end);
      CompletableFuture<Void> close = together(start, mirror::close);
      Waits.join(end);
      Waits.join(close);
      assertNothingIsLeft(once, running);
    }
  }

  private static CompletableFuture<Void> together(CyclicBarrier start, Runnable task) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            start.await();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
          task.run();
        },
        THREADS);
  }

  private void assertNothingIsLeft(RaceTable once, Invalidation running) {
    try (Invalidation next = rig.begin(LOW)) {
      assertThat(next.fanOut().sessionsNotified()).isZero();
    }
    assertThat(once.sequences()).containsExactly(running.id().sequence());
    Mapper mapper = rig.client().mapper(rig.space());
    assertThat(mapper.readBegin(List.of(LOW), PATIENCE).sequence())
        .as("given at once, as nothing runs")
        .isEqualTo(running.id().sequence() + 1);
  }

  @Test
  void r13_comeAndGoWithinOneInvalidation_onlyWhoStayedIsTold() {
    RaceTable before = new RaceTable();
    RaceTable within = new RaceTable();
    Mirror leaves = rig.mirror(rig.device("before"), ALL, before);
    Invalidation running = rig.begin(LOW);

    Mirror comesAndGoes = rig.mirror(rig.device("within"), ALL, within);
    rig.mirror(rig.device("stays"), ALL, table);
    comesAndGoes.close();
    leaves.close();
    running.end();
    Invalidation next = rig.begin(LOW);

    assertThat(next.fanOut().sessionsNotified()).isEqualTo(1);
    assertThat(before.sequences()).containsExactly(running.id().sequence());
    assertThat(within.sequences()).isEmpty();
    assertThat(table.sequences()).containsExactly(next.id().sequence());
    next.end();
  }

  @Test
  void r16_releaseWhileReadersWait_eachIsToldThatTheSpaceIsGone() {
    Mirror mirror = rig.mirror(ALL, table);
    mirror.fault(pages(8, 1), Access.READ, PATIENCE);
    Mapper mapper = rig.client().mapper(rig.space());
    Token token = mapper.readBegin(List.of(LOW), PATIENCE);
    Invalidation running = rig.begin(LOW);
    CompletableFuture<List<MirroredPage>> fault = mirror.faultAsync(LOW, Access.READ, PATIENCE);
    CompletableFuture<Token> mapped = mapper.readBeginAsync(List.of(LOW), PATIENCE);
    Waits.until("the reader waits", () -> mirror.stats().waits() == 1);

    FanOut released = rig.client().addressSpaces().delete(rig.space(), PATIENCE);

    assertThat(released.sessionsNotified()).isEqualTo(1);
    assertThat(released.notAcked()).isEmpty();
    assertThatExceptionOfType(SpaceGoneException.class).isThrownBy(() -> Waits.join(fault));
    assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> Waits.join(mapped));
    assertThat(table.versions()).isEmpty();
    assertThat(mapper.readRetry(token, List.of(LOW)).isRetry()).as("its tokens are dead").isTrue();
    assertThat(running.end().forceEnded()).isFalse();
    assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> rig.begin(LOW));
    DeviceSession late = rig.device("late");
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> rig.mirror(late, ALL, new RaceTable()));
  }

  @Test
  void r16_releaseByTheReaderUnderItsOwnLock_isRefusedByName() {
    Mirror mirror = rig.mirror(ALL, table);
    mirror.fault(LOW, Access.READ, PATIENCE);

    assertThatIllegalStateException()
        .isThrownBy(
            () -> mirror.access(() -> rig.client().addressSpaces().delete(rig.space(), PATIENCE)))
        .withMessageContaining("lock");
    assertThat(table.versions()).as("nothing happened").hasSize(1);
  }

  @Test
  void r16_releaseWhileAReaderHoldsTheLock_waitsForIt() {
    RaceTable first = new RaceTable();
    DeviceSession device = rig.device("device");
    rig.mirror(device, ALL, first);
    Mirror mirror = rig.mirror(device, ALL, table);
    CompletableFuture<FanOut> released;
    try (var _ = RaceRig.hold(mirror)) {
      released =
          CompletableFuture.supplyAsync(
              () -> rig.client().addressSpaces().delete(rig.space(), PATIENCE), THREADS);
      first.awaitTold();
      assertThat(released).isNotDone();
      assertThat(table.notices()).isEmpty();
    }

    assertThat(Waits.join(released).notAcked()).isEmpty();
    assertThat(table.notices()).extracting(InvalidationNotice::event).contains(Event.RELEASE);
  }
}
