package io.svmcoord.client;

import static io.svmcoord.client.FakeCoordinator.PAGE;
import static io.svmcoord.client.FakeCoordinator.PATIENCE_SECONDS;
import static io.svmcoord.client.FakeCoordinator.SPACE;
import static io.svmcoord.client.FakeCoordinator.ended;
import static io.svmcoord.client.FakeCoordinator.invalidate;
import static io.svmcoord.client.FakeCoordinator.next;
import static io.svmcoord.client.FakeCoordinator.pages;
import static io.svmcoord.client.FakeCoordinator.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.svmcoord.client.FakeCoordinator.DeviceStream;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Refusal;
import io.svmcoord.v1.RunningInvalidation;
import io.svmcoord.v1.SpaceReleased;
import io.svmcoord.v1.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mirrors against a scripted coordinator: every path of the loop, and what is acked when. */
@Timeout(60)
class MirrorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);
  private static final AddressRange WINDOW = pages(0, 16);

  private final FakeCoordinator coordinator = new FakeCoordinator();
  private final BlockingQueue<SessionEvent> news = new LinkedBlockingQueue<>();
  private final RecordingTable table = new RecordingTable();

  /**
   * Runs in each fetch of the page source, unlocked: where races happen. Gets its number from 1.
   */
  private final AtomicReference<java.util.function.IntConsumer> duringFetch =
      new AtomicReference<>(fetch -> {});

  private final AtomicInteger fetches = new AtomicInteger();
  private SvmClient client;
  private DeviceSession device;
  private DeviceStream stream;
  private Mirror mirror;

  @BeforeEach
  void open() {
    open(MirrorRules.CORRECT);
  }

  private void open(MirrorRules rules, RunningInvalidation... running) {
    client = coordinator.client().build();
    device = client.openDevice(DeviceOptions.named("d").withListener(news::add).withRules(rules));
    stream = coordinator.nextDevice();
    mirror = subscribe(running);
  }

  private Mirror subscribe(RunningInvalidation... running) {
    CompletableFuture<Mirror> made =
        CompletableFuture.supplyAsync(() -> device.mirror(SPACE, WINDOW, table, this::fetch));
    stream.answer(stream.nextUpdate(), running);
    return made.join();
  }

  @AfterEach
  void close() {
    coordinator.close();
    client.close();
  }

  private List<MirroredPage> fetch(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    int number = fetches.incrementAndGet();
    duringFetch.get().accept(number);
    List<MirroredPage> pages = new ArrayList<>();
    for (long at = range.first(); at < range.last(); at += PAGE) {
      pages.add(new MirroredPage(at, number * 1_000_000L + at, access == Access.WRITE, 0));
    }
    return pages;
  }

  private CompletableFuture<List<MirroredPage>> faultInBackground(AddressRange range) {
    return mirror.faultAsync(range, Access.READ, PATIENCE);
  }

  private void awaitAck(long sequence) {
    DeviceSessionRequest answer = stream.nextAnswer();
    assertThat(answer.getAcksList()).extracting(ack -> ack.getSequence()).containsExactly(sequence);
  }

  private static void assertWaits(CompletableFuture<?> future) {
    assertThatThrownBy(() -> future.get(50, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
  }

  private <T extends SessionEvent> T awaitNews(Class<T> type) {
    while (true) {
      SessionEvent event = next(news, type.getSimpleName());
      if (type.isInstance(event)) {
        return type.cast(event);
      }
    }
  }

  // The loop.

  @Test
  void fault_quietSpace_installsWhatTheSourceListed() {
    List<MirroredPage> pages = mirror.fault(pages(2, 3), Access.WRITE, PATIENCE);

    assertThat(pages).hasSize(3).allMatch(MirroredPage::writable);
    assertThat(mirror.access(() -> List.copyOf(table.mapped.values()))).isEqualTo(pages);
    assertThat(mirror.stats().faults()).isEqualTo(1);
    assertThat(mirror.stats().retriesTotal()).isZero();
  }

  @Test
  void fault_invalidatedDuringFetch_startsOverAndInstallsTheSecondList() {
    duringFetch.set(
        fetch -> {
          if (fetch == 1) {
            stream.send(invalidate(1, pages(2, 1)));
            awaitAck(1);
            stream.send(ended(1, false));
          }
        });

    List<MirroredPage> pages = mirror.fault(pages(0, 4), Access.READ, PATIENCE);

    assertThat(pages.getFirst().frame()).isEqualTo(2_000_000);
    assertThat(mirror.stats().retries()).containsOnlyKeys(RetryResult.INVALIDATED);
  }

  @Test
  void fault_strangersInvalidatedDuringFetch_doesNotStartOver() {
    duringFetch.set(
        fetch -> {
          stream.send(invalidate(1, pages(8, 1)));
          awaitAck(1);
        });

    List<MirroredPage> pages = mirror.fault(pages(0, 4), Access.READ, PATIENCE);

    assertThat(pages.getFirst().frame()).isEqualTo(1_000_000);
    assertThat(mirror.stats().retriesTotal()).isZero();
  }

  @Test
  void fault_whileInvalidationRuns_waitsForItsEnd() {
    stream.send(invalidate(1, pages(2, 1)), invalidate(2, pages(3, 1)));
    awaitAcks(2);

    CompletableFuture<List<MirroredPage>> fault = faultInBackground(pages(2, 1));
    assertWaits(fault);
    stream.send(ended(2, false));
    assertWaits(fault);
    assertThat(fetches).hasValue(0);
    stream.send(ended(1, false));

    assertThat(fault.join()).hasSize(1);
    assertThat(mirror.stats().waits()).isEqualTo(1);
  }

  private void awaitAcks(int count) {
    int seen = 0;
    while (seen < count) {
      seen += stream.nextAnswer().getAcksCount();
    }
  }

  @Test
  void fault_subscribedWhileInvalidationRuns_waitsForItsEnd() {
    client.close();
    open(MirrorRules.CORRECT, running(7, pages(2, 1)));

    CompletableFuture<List<MirroredPage>> fault = faultInBackground(pages(2, 1));
    assertWaits(fault);
    assertThat(mirror.fault(pages(3, 1), Access.READ, PATIENCE)).hasSize(1);
    stream.send(ended(7, false));

    assertThat(fault.join()).hasSize(1);
  }

  @Test
  void fault_forcedEnd_startsOver() {
    stream.send(invalidate(1, pages(2, 1)));
    awaitAck(1);
    LocalToken token = mirror.readBegin(AddressRanges.of(pages(4, 1)), PATIENCE);
    stream.send(ended(1, true), invalidate(2, pages(9, 1)));
    awaitAck(2);

    assertThat(mirror.checkRetry(token, AddressRanges.of(pages(4, 1)))).isFalse();
    assertThat(mirror.fault(pages(2, 1), Access.READ, PATIENCE)).hasSize(1);
  }

  @Test
  void fault_timeoutWhileInvalidationRuns_timesOut() {
    stream.send(invalidate(1, pages(2, 1)));
    awaitAck(1);

    assertThatThrownBy(() -> mirror.fault(pages(2, 1), Access.READ, Duration.ofMillis(30)))
        .isInstanceOf(TimedOutException.class);
  }

  @Test
  void fault_alwaysInvalidated_endsAtItsTimeout() {
    AtomicInteger sequence = new AtomicInteger();
    duringFetch.set(
        fetch -> {
          int number = sequence.incrementAndGet();
          stream.send(invalidate(number, pages(2, 1)));
          awaitAck(number);
          stream.send(ended(number, false));
        });

    assertThatThrownBy(() -> mirror.fault(pages(2, 1), Access.READ, Duration.ofMillis(100)))
        .isInstanceOf(TimedOutException.class);
    assertThat(mirror.stats().retriesTotal()).isPositive();
    assertThat(mirror.stats().faults()).isZero();
  }

  @Test
  void fault_sourceHasNoMapping_throwsPageFault() {
    duringFetch.set(
        fetch -> {
          throw PageFaultException.noMapping(0x2000);
        });

    assertThatThrownBy(() -> mirror.fault(pages(2, 1), Access.READ, PATIENCE))
        .isInstanceOfSatisfying(
            PageFaultException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(PageFaultException.NO_MAPPING);
              assertThat(e.address()).isEqualTo(0x2000);
            });
  }

  @Test
  void fault_outsideOrUnalignedOrTooLong_isRefused() {
    assertThatThrownBy(() -> mirror.fault(pages(15, 2), Access.READ, PATIENCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("within");
    assertThatThrownBy(() -> mirror.fault(new AddressRange(1, PAGE - 1), Access.READ, PATIENCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("whole pages");
    assertThatThrownBy(() -> mirror.fault(pages(0, 513), Access.READ, PATIENCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 512 pages");
  }

  // What is acked when.

  @Test
  void invalidate_tableStillTearsDown_isNotAckedYet() {
    mirror.fault(pages(2, 1), Access.READ, PATIENCE);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    table.beforeTearDown =
        () -> {
          entered.countDown();
          await(release);
        };

    stream.send(invalidate(1, pages(2, 1)));
    await(entered);
    assertThat(stream.received).isEmpty();
    release.countDown();

    awaitAck(1);
    assertThat(mirror.access(() -> table.mapped.isEmpty())).isTrue();
  }

  @Test
  void invalidate_readerHoldsLock_waitsForIt() throws Exception {
    mirror.fault(pages(2, 1), Access.READ, PATIENCE);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Boolean> read =
        CompletableFuture.supplyAsync(
            () ->
                mirror.access(
                    () -> {
                      entered.countDown();
                      await(release);
                      return table.mapped.containsKey(2 * PAGE);
                    }));
    await(entered);

    stream.send(invalidate(1, pages(2, 1)));
    assertThat(stream.received.poll(50, TimeUnit.MILLISECONDS)).isNull();
    release.countDown();

    assertThat(read.get()).isTrue();
    awaitAck(1);
  }

  @Test
  void invalidate_outsideOfMirror_isAckedWithoutTearDown() {
    stream.send(invalidate(1, pages(100, 1)));

    awaitAck(1);
    assertThat(table.notices).isEmpty();
  }

  @Test
  void invalidate_nonBlockableWhileLockTaken_isRefusedAndTableUnchanged() {
    mirror.fault(pages(2, 1), Access.READ, PATIENCE);
    mirror.lock().lock();
    try {
      stream.send(invalidate(1, pages(2, 1), true));

      List<Refusal> refusals = stream.nextAnswer().getRefusalsList();
      assertThat(refusals)
          .extracting(Refusal::getCause)
          .containsExactly(Refusal.Cause.CAUSE_WOULD_BLOCK);
      assertThat(table.mapped).hasSize(1);
    } finally {
      mirror.lock().unlock();
    }
    stream.send(ended(1, false), invalidate(2, pages(2, 1), true));
    awaitAck(2);
    assertThat(mirror.access(() -> table.mapped.isEmpty())).isTrue();
  }

  @Test
  void invalidate_tableThrows_refusesDropsEverythingAndReopens() {
    mirror.fault(pages(2, 2), Access.READ, PATIENCE);
    AtomicInteger calls = new AtomicInteger();
    table.beforeTearDown =
        () -> {
          if (calls.incrementAndGet() == 1) {
            throw new IllegalStateException("broken on purpose");
          }
        };

    stream.send(invalidate(1, pages(2, 1)));

    DeviceSessionRequest answer = stream.nextAnswer();
    assertThat(answer.getAcksList()).isEmpty();
    assertThat(answer.getRefusals(0).getCause()).isEqualTo(Refusal.Cause.CAUSE_FAILED);
    assertThat(awaitNews(SessionEvent.HandlerFailed.class).cause()).hasMessage("broken on purpose");
    awaitNews(SessionEvent.Fenced.class);
    assertThat(table.notices.getLast().event()).isEqualTo(Event.RELEASE);
    DeviceStream second = coordinator.nextDevice();
    assertThat(second.previousKey.toStringUtf8()).isEqualTo("key-" + stream.sessionId);
  }

  @Test
  void invalidate_tableThrowsOnEveryDrop_isNeverVouchedFor() {
    mirror.fault(pages(2, 2), Access.READ, PATIENCE);
    table.beforeTearDown =
        () -> {
          throw new IllegalStateException("broken on purpose");
        };

    stream.send(invalidate(1, pages(2, 1)));

    assertThat(coordinator.nextDevice().previousKey.isEmpty()).isTrue();
    awaitNews(SessionEvent.Reopened.class);
    assertThatThrownBy(() -> mirror.fault(pages(2, 1), Access.READ, PATIENCE))
        .isInstanceOf(SessionLostException.class);
  }

  @Test
  void invalidate_sequenceGoesBack_dropsEverything() {
    mirror.fault(pages(2, 1), Access.READ, PATIENCE);
    stream.send(invalidate(5, pages(9, 1)));
    awaitAck(5);

    stream.send(invalidate(4, pages(9, 1)));

    awaitNews(SessionEvent.Fenced.class);
    assertThat(table.notices.getLast().event()).isEqualTo(Event.RELEASE);
  }

  // The lock.

  @Test
  void calls_underMirrorsLock_areRefusedByName() {
    mirror.lock().lock();
    try {
      assertRefused("Mirror.fault", () -> mirror.fault(WINDOW, Access.READ, PATIENCE));
      assertRefused("Mirror.faultAsync", () -> mirror.faultAsync(WINDOW, Access.READ, PATIENCE));
      assertRefused("Mirror.readBegin", () -> mirror.readBegin(AddressRanges.of(WINDOW), PATIENCE));
      assertRefused("Mirror.update", () -> mirror.update(List.of(), List.of(pages(20, 1))));
      assertRefused("Mirror.close", mirror::close);
      assertRefused("DeviceSession.close", device::close);
      assertRefused("SvmClient.openHost", () -> client.openHost(HostOptions.named("h")));
      assertRefused("DeviceSession.mirror", () -> device.mirror(SPACE, WINDOW, table, this::fetch));
    } finally {
      mirror.lock().unlock();
    }
    assertThat(mirror.fault(pages(0, 1), Access.READ, PATIENCE)).hasSize(1);
  }

  @Test
  void calls_fromInstall_areRefusedByName() {
    table.beforeInstall = () -> mirror.fault(pages(1, 1), Access.READ, PATIENCE);

    assertRefused("Mirror.fault", () -> mirror.fault(pages(0, 1), Access.READ, PATIENCE));
  }

  private static void assertRefused(
      String method, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(method + " was called under a mirror's lock");
  }

  @Test
  void readRetry_withoutLock_isRefused() {
    LocalToken token = mirror.readBegin(AddressRanges.of(WINDOW), PATIENCE);

    assertThatThrownBy(() -> mirror.readRetry(token, AddressRanges.of(WINDOW)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without Mirror.lock()");
  }

  // Ranges.

  @Test
  void update_hole_dropsSubscriptionWholeAndAddsItsRest() {
    mirror.fault(pages(0, 4), Access.READ, PATIENCE);
    CompletableFuture<Void> update =
        CompletableFuture.runAsync(() -> mirror.update(List.of(pages(4, 2)), List.of()));

    DeviceCommand command = stream.nextUpdate();
    assertThat(command.getUpdate().getRemoveList()).hasSize(1);
    assertThat(command.getUpdate().getAddList())
        .extracting(Subscription::getRange)
        .containsExactly(Wire.range(pages(0, 4)), Wire.range(pages(6, 10)));
    assertThat(mirror.access(() -> table.mapped.isEmpty())).isTrue();
    CompletableFuture<List<MirroredPage>> fault = faultInBackground(pages(0, 1));
    assertWaits(fault);
    stream.answer(command);
    update.join();

    assertThat(fault.join()).hasSize(1);
    assertThat(mirror.ranges()).containsExactly(pages(0, 4), pages(6, 10));
    assertThatThrownBy(() -> mirror.fault(pages(4, 1), Access.READ, PATIENCE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void update_grow_keepsWhatIsMapped() {
    mirror.fault(pages(0, 4), Access.READ, PATIENCE);
    CompletableFuture<Void> update =
        CompletableFuture.runAsync(() -> mirror.update(List.of(), List.of(pages(10, 10))));

    DeviceCommand command = stream.nextUpdate();
    assertThat(command.getUpdate().getRemoveList()).isEmpty();
    stream.answer(command, running(3, pages(18, 1)));
    update.join();

    assertThat(mirror.access(() -> table.mapped.size())).isEqualTo(4);
    assertThat(mirror.fault(pages(16, 2), Access.READ, PATIENCE)).hasSize(2);
    assertWaits(faultInBackground(pages(18, 1)));
  }

  @Test
  void update_everything_isRefused() {
    assertThatThrownBy(() -> mirror.update(List.of(WINDOW), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("close the mirror");
  }

  @Test
  void close_mirror_dropsEverythingThenUnsubscribes() {
    mirror.fault(pages(0, 4), Access.READ, PATIENCE);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(mirror::close);

    DeviceCommand command = stream.nextUpdate();
    assertThat(command.getUpdate().getRemoveList()).hasSize(1);
    assertThat(table.notices.getLast().event()).isEqualTo(Event.RELEASE);
    stream.answer(command);
    closing.join();

    assertThatThrownBy(() -> mirror.access(() -> {})).isInstanceOf(SessionLostException.class);
    assertThat(mirror.ranges()).isEmpty();
  }

  @Test
  void close_device_dropsEverythingThenDetaches() {
    mirror.fault(pages(0, 4), Access.READ, PATIENCE);

    device.close();

    assertThat(table.notices.getLast().event()).isEqualTo(Event.RELEASE);
    assertThat(stream.nextUpdate().hasDetach()).isTrue();
    assertThat(device.state()).isEqualTo(SessionState.CLOSED);
    awaitNews(SessionEvent.Closed.class);
  }

  @Test
  void released_space_closesMirrorAndWakesWaiters() {
    stream.send(invalidate(1, AddressRange.WHOLE));
    awaitAck(1);
    CompletableFuture<List<MirroredPage>> fault = faultInBackground(pages(2, 1));
    assertWaits(fault);

    stream.send(
        DeviceNotice.newBuilder()
            .setReleased(SpaceReleased.newBuilder().setSpaceId(SPACE).setEpoch(1)));

    assertThatThrownBy(fault::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(SpaceGoneException.class);
    assertThat(awaitNews(SessionEvent.SpaceReleased.class).spaceId()).isEqualTo(SPACE);
  }

  // Loss of the session.

  @Test
  void streamBroken_coordinatorInReach_dropsReopensAndSubscribesAgain() {
    mirror.fault(pages(0, 4), Access.READ, PATIENCE);
    LocalToken token = mirror.readBegin(AddressRanges.of(WINDOW), PATIENCE);
    DeviceStream first = stream;

    stream.fail(Status.INTERNAL.asRuntimeException());

    awaitNews(SessionEvent.Suspect.class);
    awaitNews(SessionEvent.Fenced.class);
    stream = coordinator.nextDevice();
    assertThat(table.notices.getLast().event()).isEqualTo(Event.RELEASE);
    assertThat(stream.previousKey.toStringUtf8()).isEqualTo("key-" + first.sessionId);
    CompletableFuture<List<MirroredPage>> fault = faultInBackground(pages(2, 1));
    assertWaits(fault);
    assertThatThrownBy(() -> mirror.access(() -> {})).isInstanceOf(FencedException.class);
    DeviceCommand again = stream.nextUpdate();
    assertThat(again.getUpdate().getAdd(0).getRange()).isEqualTo(Wire.range(WINDOW));
    stream.answer(again);
    assertThat(awaitNews(SessionEvent.Reopened.class).sessionId()).isEqualTo(stream.sessionId);
    assertThat(fault.join()).hasSize(1);
    assertThat(mirror.checkRetry(token, AddressRanges.of(WINDOW))).isTrue();
    assertThat(mirror.stats().fences()).isEqualTo(1);
  }

  @Test
  void streamBroken_duringUpdate_failsItAndSubscribesTheOldRanges() {
    CompletableFuture<Void> update =
        CompletableFuture.runAsync(() -> mirror.update(List.of(pages(4, 2)), List.of()));
    stream.nextUpdate();

    stream.fail(Status.INTERNAL.asRuntimeException());

    assertThatThrownBy(update::get).hasCauseInstanceOf(SessionLostException.class);
    stream = coordinator.nextDevice();
    DeviceCommand again = stream.nextUpdate();
    assertThat(again.getUpdate().getAdd(0).getRange()).isEqualTo(Wire.range(WINDOW));
    stream.answer(again);
    awaitNews(SessionEvent.Reopened.class);
    assertThat(mirror.fault(pages(4, 2), Access.READ, PATIENCE)).hasSize(2);
  }

  @Test
  void heartbeatsUnanswered_leaseEnds_mirrorFencesItself() {
    client.close();
    coordinator.ttl = Duration.ofMillis(600);
    coordinator.isAnsweringHeartbeats = false;
    coordinator.isResuming = true;
    open(MirrorRules.CORRECT);
    mirror.fault(pages(0, 4), Access.READ, PATIENCE);
    news.clear();

    SessionEvent.Fenced fenced = awaitNews(SessionEvent.Fenced.class);

    assertThat(fenced.cause()).isInstanceOf(FencedException.class);
    assertThat(table.notices.getLast().event()).isEqualTo(Event.RELEASE);
    assertThat(table.mapped).isEmpty();
    assertThatThrownBy(() -> mirror.access(() -> {})).isInstanceOf(FencedException.class);
  }

  @Test
  void heartbeatsAnswered_longerThanTtl_staysActive() {
    client.close();
    coordinator.ttl = Duration.ofMillis(500);
    open(MirrorRules.CORRECT);
    mirror.fault(pages(0, 4), Access.READ, PATIENCE);
    news.clear();
    long sequence = 0;
    long until = System.nanoTime() + Duration.ofMillis(1_500).toNanos();

    while (System.nanoTime() < until) {
      stream.send(invalidate(++sequence, pages(9, 1)), ended(sequence, false));
      awaitAck(sequence);
    }

    assertThat(news).isEmpty();
    assertThat(mirror.access(() -> table.mapped.size())).isEqualTo(4);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
