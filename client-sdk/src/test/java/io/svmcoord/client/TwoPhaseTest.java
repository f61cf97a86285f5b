package io.svmcoord.client;

import static io.svmcoord.client.DeviceFixture.PATIENCE;
import static io.svmcoord.client.FakeCoordinator.SPACE;
import static io.svmcoord.client.FakeCoordinator.ended;
import static io.svmcoord.client.FakeCoordinator.invalidate;
import static io.svmcoord.client.FakeCoordinator.next;
import static io.svmcoord.client.FakeCoordinator.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.v1.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Teardowns in two phases, in parallel, and what handlers must not do. */
@Timeout(60)
class TwoPhaseTest {
  private DeviceFixture fixture = new DeviceFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  /**
   * Answers each first phase as the test says; by default with a stage for the test to complete.
   */
  private static final class Table implements TwoPhaseDeviceTable {
    final BlockingQueue<InvalidationNotice> started = new LinkedBlockingQueue<>();
    final BlockingQueue<CompletableFuture<Void>> stages = new LinkedBlockingQueue<>();
    volatile Function<InvalidationNotice, TearDown> answer =
        notice -> notice.event() == Event.RELEASE ? TearDown.done() : pending();

    TearDown pending() {
      CompletableFuture<Void> stage = new CompletableFuture<>();
      stages.add(stage);
      return TearDown.when(stage);
    }

    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {
      assertThat(pages).isNotEmpty();
    }

    @Override
    public TearDown startInvalidate(InvalidationNotice notice) {
      started.add(notice);
      return answer.apply(notice);
    }

    CompletableFuture<Void> nextStage() {
      return next(stages, "second phase");
    }
  }

  private Mirror mirror(Table table, AddressRange window) {
    return fixture.answering(
        () -> fixture.device.mirror(SPACE, window, table, DeviceFixture::everyPage));
  }

  @Test
  void ack_secondPhaseRuns_isSentAtItsEndWhileOthersGoOn() {
    Table table = new Table();
    mirror(table, pages(0, 16));

    fixture.stream.send(invalidate(1, pages(2, 1)));
    CompletableFuture<Void> first = table.nextStage();
    fixture.stream.send(invalidate(2, pages(8, 1)));
    table.nextStage().complete(null);

    fixture.awaitAck(2);
    fixture.assertNoAnswer();
    first.complete(null);
    fixture.awaitAck(1);
  }

  @Test
  void ack_nothingMappedButEarlierStopOverlaps_waitsForIt() {
    Table table = new Table();
    mirror(table, pages(0, 16));
    fixture.stream.send(invalidate(1, pages(0, 4)));
    CompletableFuture<Void> first = table.nextStage();
    table.answer = notice -> TearDown.done();

    fixture.stream.send(invalidate(2, pages(3, 1)), invalidate(3, pages(4, 1)));

    fixture.awaitAck(3);
    fixture.assertNoAnswer();
    first.complete(null);
    // In one message or two.
    List<Long> acked = new ArrayList<>();
    while (acked.size() < 2) {
      fixture.stream.nextAnswer().getAcksList().forEach(ack -> acked.add(ack.getSequence()));
    }
    assertThat(acked).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void ack_twoMirrors_startsBothThenWaitsForBoth() {
    Table one = new Table();
    Table two = new Table();
    mirror(one, pages(0, 8));
    mirror(two, pages(8, 8));

    fixture.stream.send(invalidate(1, pages(0, 16)));
    CompletableFuture<Void> second = two.nextStage();
    CompletableFuture<Void> first = one.nextStage();
    second.complete(null);
    fixture.assertNoAnswer();
    first.complete(null);

    fixture.awaitAck(1);
  }

  @Test
  void fault_secondPhaseRuns_waitsForTheEndOfTheInvalidationOnly() {
    Table table = new Table();
    Mirror mirror = mirror(table, pages(0, 16));
    fixture.stream.send(invalidate(1, pages(2, 1)));
    CompletableFuture<Void> stage = table.nextStage();

    assertThat(mirror.fault(pages(8, 1), Access.READ, PATIENCE)).hasSize(1);
    CompletableFuture<List<MirroredPage>> fault =
        mirror.faultAsync(pages(2, 1), Access.READ, PATIENCE);
    stage.complete(null);
    fixture.awaitAck(1);
    assertThatThrownBy(() -> fault.get(30, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    fixture.stream.send(ended(1, false));

    assertThat(fault.join()).hasSize(1);
  }

  @Test
  void nonBlockable_secondPhaseNeeded_isRefusedAtOnce() {
    Table table = new Table();
    Mirror mirror = mirror(table, pages(0, 16));

    fixture.stream.send(invalidate(1, pages(2, 1), true));
    fixture.awaitRefusal(1, Refusal.Cause.CAUSE_WOULD_BLOCK);
    table.nextStage().complete(null);
    fixture.assertNoAnswer();
    fixture.stream.send(ended(1, false));

    assertThat(mirror.fault(pages(2, 1), Access.READ, PATIENCE)).hasSize(1);
  }

  @Test
  void nonBlockable_wouldBlockOrStopped_isAnsweredAsTheTableSays() {
    Table table = new Table();
    Mirror mirror = mirror(table, pages(0, 16));
    table.answer = notice -> TearDown.wouldBlock();
    fixture.stream.send(invalidate(1, pages(2, 1), true));
    fixture.awaitRefusal(1, Refusal.Cause.CAUSE_WOULD_BLOCK);
    table.answer = notice -> TearDown.when(CompletableFuture.completedFuture(1));

    fixture.stream.send(ended(1, false), invalidate(2, pages(2, 1), true));

    fixture.awaitAck(2);
    assertThat(mirror.stats().tearDowns()).isEqualTo(2);
  }

  @Test
  void blockable_wouldBlock_isAFailedHandler() {
    Table table = new Table();
    mirror(table, pages(0, 16));
    table.answer =
        notice -> notice.event() == Event.RELEASE ? TearDown.done() : TearDown.wouldBlock();

    fixture.stream.send(invalidate(1, pages(2, 1)));

    fixture.awaitRefusal(1, Refusal.Cause.CAUSE_FAILED);
    assertThat(fixture.awaitNews(SessionEvent.HandlerFailed.class).cause())
        .hasMessageContaining("this one may wait");
  }

  @Test
  void secondPhase_fails_isNoAckAndDropsEverything() {
    Table table = new Table();
    mirror(table, pages(0, 16));
    fixture.stream.send(invalidate(1, pages(2, 1)));
    CompletableFuture<Void> stage = table.nextStage();
    table.answer = notice -> TearDown.done();

    stage.completeExceptionally(new IllegalStateException("engine hangs"));

    fixture.awaitRefusal(1, Refusal.Cause.CAUSE_FAILED);
    assertThat(fixture.awaitNews(SessionEvent.HandlerFailed.class).cause())
        .hasMessage("engine hangs");
    fixture.awaitNews(SessionEvent.Fenced.class);
    assertThat(fixture.coordinator.nextDevice().previousKey.isEmpty()).isFalse();
  }

  @Test
  void streamBroken_secondPhaseRuns_isVouchedForOnlyAfterIt() throws Exception {
    Table table = new Table();
    mirror(table, pages(0, 16));
    fixture.stream.send(invalidate(1, pages(2, 1)));
    CompletableFuture<Void> stage = table.nextStage();
    table.answer = notice -> TearDown.done();

    fixture.stream.fail(Status.INTERNAL.asRuntimeException());

    fixture.awaitNews(SessionEvent.Suspect.class);
    assertThat(next(table.started, "invalidation").event()).isEqualTo(Event.UNMAP);
    assertThat(next(table.started, "drop").event()).isEqualTo(Event.RELEASE);
    assertThat(fixture.coordinator.devices.poll(100, TimeUnit.MILLISECONDS)).isNull();
    stage.complete(null);
    assertThat(fixture.coordinator.nextDevice().previousKey.isEmpty()).isFalse();
  }

  @Test
  void updateAndClose_secondPhaseRuns_unsubscribeAfterIt() throws Exception {
    Table table = new Table();
    Mirror mirror = mirror(table, pages(0, 16));

    CompletableFuture<Void> update =
        CompletableFuture.runAsync(() -> mirror.update(List.of(pages(4, 2)), List.of()));
    CompletableFuture<Void> stage = table.nextStage();
    assertThat(fixture.stream.commands.poll(30, TimeUnit.MILLISECONDS)).isNull();
    stage.complete(null);
    fixture.stream.answer(fixture.stream.nextUpdate());
    update.join();

    table.answer = notice -> table.pending();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(mirror::close);
    stage = table.nextStage();
    assertThat(fixture.stream.commands.poll(30, TimeUnit.MILLISECONDS)).isNull();
    stage.complete(null);
    fixture.stream.answer(fixture.stream.nextUpdate());
    closing.join();
    assertThat(mirror.ranges()).isEmpty();
  }

  @Test
  void handlers_parallelAllowed_runAtTheSameTime() {
    fixture.close();
    fixture = new DeviceFixture(DeviceOptions.named("d").withParallelHandlers());
    CyclicBarrier bothInside = new CyclicBarrier(2);
    for (int i = 0; i < 2; i++) {
      Table table = new Table();
      mirror(table, pages(8L * i, 8));
      table.answer =
          notice -> {
            if (notice.sequence() == 1) {
              meet(bothInside);
            }
            return TearDown.done();
          };
    }

    fixture.stream.send(invalidate(1, pages(0, 16)));

    fixture.awaitAck(1);
  }

  @Test
  void handlers_parallelAndOneFails_isAFailedHandler() {
    fixture.close();
    fixture = new DeviceFixture(DeviceOptions.named("d").withParallelHandlers());
    Table good = new Table();
    Table bad = new Table();
    mirror(good, pages(0, 8));
    mirror(bad, pages(8, 8));
    good.answer = notice -> TearDown.done();
    bad.answer =
        notice -> {
          throw new IllegalStateException("broken on purpose");
        };

    fixture.stream.send(invalidate(1, pages(0, 16)));

    fixture.awaitRefusal(1, Refusal.Cause.CAUSE_FAILED);
    assertThat(fixture.awaitNews(SessionEvent.HandlerFailed.class).cause())
        .hasMessage("broken on purpose");
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  // What a handler must not do.

  private Throwable failureOf(
      Function<InvalidationNotice, TearDown> handler, boolean isNonBlockable) {
    Table table = new Table();
    mirror(table, pages(0, 16));
    table.answer =
        notice -> notice.event() == Event.RELEASE ? TearDown.done() : handler.apply(notice);
    fixture.stream.send(invalidate(1, pages(2, 1), isNonBlockable));
    fixture.awaitRefusal(1, Refusal.Cause.CAUSE_FAILED);
    return fixture.awaitNews(SessionEvent.HandlerFailed.class).cause();
  }

  @Test
  void handler_callsSdk_isRefusedByName() {
    Table other = new Table();
    Mirror mirror = mirror(other, pages(32, 4));

    Throwable failure =
        failureOf(
            notice -> {
              mirror.readBegin(AddressRanges.of(pages(32, 1)), PATIENCE);
              return TearDown.done();
            },
            false);

    assertThat(failure)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Mirror.readBegin was called under a mirror's lock");
  }

  @Test
  void handler_nonBlockableReachesBlockingCode_isRefusedByName() {
    Throwable failure =
        failureOf(
            notice -> {
              MightBlock.declare("wait for the copy engine");
              return TearDown.done();
            },
            true);

    assertThat(failure)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("wait for the copy engine was reached in the handler");
  }

  @Test
  void handler_nonBlockableTakesAnotherMirrorsLock_isRefusedByName() {
    try (DeviceFixture others = new DeviceFixture()) {
      Mirror foreign =
          others.answering(
              () ->
                  others.device.mirror(
                      SPACE, pages(0, 4), new RecordingTable(), DeviceFixture::everyPage));

      Throwable failure =
          failureOf(
              notice -> {
                foreign.access(() -> {});
                return TearDown.done();
              },
              true);

      assertThat(failure)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("The lock of another mirror was reached in the handler");
    }
  }

  @Test
  void mightBlock_outsideOrBlockable_isAllowed() {
    MightBlock.declare("wait for the copy engine");
    Table table = new Table();
    mirror(table, pages(0, 16));
    table.answer =
        notice -> {
          MightBlock.declare("wait for the copy engine");
          return TearDown.done();
        };

    fixture.stream.send(invalidate(1, pages(2, 1)), ended(1, false));
    fixture.awaitAck(1);
    table.answer = notice -> TearDown.done();
    fixture.stream.send(invalidate(2, pages(2, 1), true));

    fixture.awaitAck(2);
  }
}
