package io.svmcoord.client;

import static io.svmcoord.client.DeviceFixture.PATIENCE;
import static io.svmcoord.client.FakeCoordinator.EPOCH;
import static io.svmcoord.client.FakeCoordinator.SPACE;
import static io.svmcoord.client.FakeCoordinator.ended;
import static io.svmcoord.client.FakeCoordinator.invalidate;
import static io.svmcoord.client.FakeCoordinator.pages;
import static io.svmcoord.client.FakeCoordinator.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.svmcoord.client.FakeCoordinator.DeviceStream;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.Refusal;
import io.svmcoord.v1.RunningInvalidation;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.SpacePosition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A device whose stream breaks and whose session goes on (G7): it keeps what it mirrors. */
@Timeout(60)
class ResumeTest {
  private static final AddressRange WINDOW = pages(0, 16);

  private final DeviceFixture fixture = new DeviceFixture();
  private final RecordingTable table = new RecordingTable();
  private DeviceStream first;
  private Mirror mirror;

  @BeforeEach
  void open() {
    fixture.coordinator.isResuming = true;
    first = fixture.stream;
    mirror =
        fixture.answering(
            () -> fixture.device.mirror(SPACE, WINDOW, table, DeviceFixture::everyPage));
    mirror.fault(pages(0, 4), Access.READ, PATIENCE);
    fixture.news.clear();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  /** The stream breaks; the next one, not answered yet. */
  private DeviceStream breakStream() {
    fixture.stream.fail(Status.UNAVAILABLE.asRuntimeException());
    fixture.awaitNews(SessionEvent.Suspect.class);
    fixture.stream = fixture.coordinator.nextDevice();
    return fixture.stream;
  }

  private void resume(SpaceBaseline... spaces) {
    fixture.stream.resumed(first, spaces);
    assertThat(fixture.awaitNews(SessionEvent.Resumed.class).sessionId())
        .isEqualTo(first.sessionId);
  }

  private static SpaceBaseline.Builder baseline(long sequence, RunningInvalidation... running) {
    return SpaceBaseline.newBuilder()
        .setSpaceId(SPACE)
        .setEpoch(EPOCH)
        .setSequence(sequence)
        .addAllRunning(List.of(running));
  }

  private static AddressRanges of(AddressRange range) {
    return AddressRanges.of(range);
  }

  @Test
  void streamBroken_withinTheLease_pagesStayInUseAllAlong() {
    LocalToken token = mirror.readBegin(of(WINDOW), PATIENCE);

    DeviceStream next = breakStream();

    assertThat(next.resume.getSessionKey().toStringUtf8()).isEqualTo("key-" + first.sessionId);
    assertThat(fixture.device.state()).isEqualTo(SessionState.DEGRADED);
    assertThat(mirror.access(() -> table.mapped.size())).isEqualTo(4);
    resume(baseline(0).build());
    assertThat(fixture.device.state()).isEqualTo(SessionState.ACTIVE);
    assertThat(fixture.device.sessionId()).isEqualTo(first.sessionId);
    assertThat(mirror.checkRetry(token, of(WINDOW))).isFalse();
    assertThat(mirror.access(() -> table.mapped.size())).isEqualTo(4);
    assertThat(table.notices).isEmpty();
    assertThat(mirror.stats().fences()).isZero();
  }

  @Test
  void ackIsLost_toldAgain_ackedAgainWithoutTheHandler() {
    fixture.stream.send(invalidate(1, pages(2, 1)));
    fixture.awaitAck(1);

    SpacePosition position = breakStream().resume.getPositions(0);

    assertThat(position)
        .isEqualTo(
            SpacePosition.newBuilder().setSpaceId(SPACE).setEpoch(EPOCH).setSequence(1).build());
    resume(baseline(1, running(1, pages(2, 1))).build());
    fixture.stream.send(invalidate(1, pages(2, 1)));
    fixture.awaitAck(1);
    assertThat(table.notices).hasSize(1);
    CompletableFuture<List<MirroredPage>> fault =
        mirror.faultAsync(pages(2, 1), Access.READ, PATIENCE);
    assertThat(fault).isNotDone();
    fixture.stream.send(ended(1, false));
    assertThat(fault.join()).hasSize(1);
  }

  @Test
  void eventIsLost_toldAfterTheResume_tornDownThenAcked() {
    breakStream();
    resume(baseline(1, running(1, pages(2, 1))).build());
    assertThat(table.notices).isEmpty();

    fixture.stream.send(invalidate(1, pages(2, 1)));

    fixture.awaitAck(1);
    assertThat(mirror.access(() -> table.mapped.size())).isEqualTo(3);
  }

  @Test
  void breaksWhileTheHandlerRuns_toldAgain_ackedWhenItReturns() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    table.beforeTearDown =
        () -> {
          inside.countDown();
          try {
            assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    fixture.stream.send(invalidate(1, pages(2, 1)));
    assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
    fixture.stream.fail(Status.UNAVAILABLE.asRuntimeException());
    release.countDown();
    fixture.stream = fixture.coordinator.nextDevice();
    resume(baseline(1, running(1, pages(2, 1))).build());

    fixture.stream.send(invalidate(1, pages(2, 1)));

    fixture.awaitAck(1);
    assertThat(table.notices).hasSize(1);
  }

  @Test
  void endIsLost_rangesAreReadableAgainAndCountAsChanged() {
    fixture.stream.send(invalidate(1, pages(2, 1)), invalidate(2, pages(8, 1)));
    fixture.awaitAck(1);
    fixture.awaitAck(2);
    LocalToken token = mirror.readBegin(of(pages(0, 1)), PATIENCE);
    LocalToken before = mirror.readBegin(of(pages(9, 1)), PATIENCE);
    CompletableFuture<List<MirroredPage>> fault =
        mirror.faultAsync(pages(2, 1), Access.READ, PATIENCE);
    CompletableFuture<List<MirroredPage>> still =
        mirror.faultAsync(pages(8, 1), Access.READ, PATIENCE);
    breakStream();

    resume(baseline(2, running(2, pages(8, 1))).build());

    assertThat(fault.join()).hasSize(1);
    assertThat(still).as("it runs on").isNotDone();
    assertThat(mirror.checkRetry(token, of(pages(0, 1)))).isFalse();
    assertThat(mirror.checkRetry(before, of(pages(9, 1)))).isFalse();
    fixture.stream.send(ended(2, false));
    assertThat(still.join()).hasSize(1);
  }

  @Test
  void nonBlockableWasRefused_toldAgain_isRefusedAgain() {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Void> holder =
        CompletableFuture.runAsync(
            () ->
                mirror.access(
                    () -> {
                      held.countDown();
                      try {
                        assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                    }));
    try {
      assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    fixture.stream.send(invalidate(1, pages(2, 1), true));
    fixture.awaitRefusal(1, Refusal.Cause.CAUSE_WOULD_BLOCK);
    release.countDown();
    holder.join();
    breakStream();
    resume(baseline(1, running(1, pages(2, 1))).build());

    fixture.stream.send(invalidate(1, pages(2, 1), true));

    fixture.awaitRefusal(1, Refusal.Cause.CAUSE_WOULD_BLOCK);
    assertThat(mirror.access(() -> table.mapped.size())).isEqualTo(4);
  }

  @Test
  void updateIsNotAnswered_isSentAgainAndItsCallerNeverKnows() {
    CompletableFuture<Void> update =
        CompletableFuture.runAsync(() -> mirror.update(List.of(), List.of(pages(16, 4))));
    DeviceCommand sent = fixture.stream.nextUpdate();
    breakStream();

    // It took effect, and its answer was lost.
    resume(baseline(1).setVersion(1).build());

    DeviceCommand again = fixture.stream.nextUpdate();
    assertThat(again).isEqualTo(sent);
    assertThat(update).isNotDone();
    fixture.stream.answer(again, running(1, pages(17, 1)));
    update.join();
    assertThat(mirror.fault(pages(16, 1), Access.READ, PATIENCE)).hasSize(1);
    assertThat(mirror.faultAsync(pages(17, 1), Access.READ, PATIENCE)).isNotDone();
    assertThat(mirror.access(() -> table.mapped.size())).isEqualTo(5);
  }

  @Test
  void breaksAndResumesWhileTheRemovedPartIsTornDown_updateGoesOutOnTheNextStream()
      throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    table.beforeTearDown =
        () -> {
          inside.countDown();
          try {
            assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    CompletableFuture<Void> update =
        CompletableFuture.runAsync(() -> mirror.update(List.of(pages(8, 8)), List.of()));
    assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
    fixture.stream.fail(Status.UNAVAILABLE.asRuntimeException());
    fixture.stream = fixture.coordinator.nextDevice();
    fixture.stream.resumed(first, baseline(0).build());
    release.countDown();
    fixture.awaitNews(SessionEvent.Resumed.class);

    fixture.stream.answer(fixture.stream.nextUpdate());

    update.join();
    assertThat(mirror.ranges()).containsExactly(pages(0, 8));
    assertThat(mirror.fault(pages(0, 1), Access.READ, PATIENCE)).hasSize(1);
  }

  @Test
  void closedWhileCutOff_unsubscribesAfterTheResume() {
    breakStream();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(mirror::close);

    resume(baseline(0).build());

    DeviceCommand unsubscribe = fixture.stream.nextUpdate();
    assertThat(unsubscribe.getUpdate().getRemoveList()).hasSize(1);
    fixture.stream.answer(unsubscribe);
    closing.join();
    assertThat(table.mapped).isEmpty();
  }

  @Test
  void breaksTwice_positionMovesOverWhatWasHandledAlone() {
    breakStream();
    resume(baseline(3, running(3, pages(2, 1))).build());
    // The stream breaks before the event that the session owes an ack for.
    SpacePosition position = breakStream().resume.getPositions(0);
    assertThat(position.getSequence()).isZero();
    resume(baseline(3, running(3, pages(2, 1))).build());
    fixture.stream.send(invalidate(3, pages(2, 1)));
    fixture.awaitAck(3);

    assertThat(breakStream().resume.getPositions(0).getSequence()).isEqualTo(3);
  }

  @Test
  void resyncRequired_dropsThatSpaceAndGoesOnInTheSameSession() {
    LocalToken token = mirror.readBegin(of(WINDOW), PATIENCE);
    breakStream();

    resume(baseline(9, running(9, pages(5, 1))).setResyncRequired(true).build());

    assertThat(fixture.coordinator.devices).isEmpty();
    assertThat(table.notices.getLast().event()).isEqualTo(Event.RELEASE);
    assertThat(mirror.checkRetry(token, of(WINDOW))).isTrue();
    assertThat(mirror.fault(pages(0, 1), Access.READ, PATIENCE)).hasSize(1);
    CompletableFuture<List<MirroredPage>> waits =
        mirror.faultAsync(pages(5, 1), Access.READ, PATIENCE);
    fixture.stream.send(invalidate(7, pages(0, 1)), ended(7, false));
    fixture.awaitAck(7);
    assertThat(waits).isNotDone();
    fixture.stream.send(ended(9, false));
    assertThat(waits.join()).hasSize(1);
  }

  @Test
  void spaceIsNotInTheAnswer_itsMirrorsAreGone() {
    breakStream();

    resume();

    assertThat(fixture.device.state()).isEqualTo(SessionState.ACTIVE);
    assertThatThrownBy(() -> mirror.readBegin(of(WINDOW), PATIENCE))
        .isInstanceOf(SpaceGoneException.class);
    assertThat(table.mapped).isEmpty();
  }

  @Test
  void setOfSubscriptionsIsAnother_dropsEverythingAndOpensAnew() {
    breakStream();

    fixture.stream.resumed(first, baseline(0).setVersion(1).build());

    fixture.awaitNews(SessionEvent.Fenced.class);
    DeviceStream opened = fixture.coordinator.nextDevice();
    assertThat(opened.previousKey.toStringUtf8()).isEqualTo("key-" + first.sessionId);
    assertThat(table.mapped).isEmpty();
  }

  @Test
  void sessionIsOver_dropsEverythingAndOpensAnew() {
    fixture.coordinator.isResuming = false;

    fixture.stream.fail(Status.UNAVAILABLE.asRuntimeException());

    assertThat(fixture.awaitNews(SessionEvent.Fenced.class).cause().reason())
        .isEqualTo("SESSION_EXPIRED");
    assertThat(fixture.coordinator.nextDevice().previousKey.toStringUtf8())
        .isEqualTo("key-" + first.sessionId);
    assertThat(table.mapped).isEmpty();
  }

  @Test
  void heartbeatIsMissed_secondStreamBesideTheFirst_whichStaysInUseUntilThen() {
    fixture.close();
    try (FakeCoordinator coordinator = new FakeCoordinator()) {
      coordinator.isResuming = true;
      coordinator.ttl = Duration.ofSeconds(5);
      SilentRig rig = new SilentRig(coordinator);
      coordinator.isAnsweringHeartbeats = false;

      rig.awaitNews(SessionEvent.Suspect.class);
      DeviceStream second = coordinator.nextDevice();
      rig.stream.send(invalidate(1, pages(2, 1)));
      assertThat(rig.stream.nextAnswer().getAcks(0).getSequence()).isEqualTo(1);
      second.resumed(rig.stream, baseline(1, running(1, pages(2, 1))).build());
      rig.awaitNews(SessionEvent.Resumed.class);
      second.send(invalidate(1, pages(2, 1)));

      assertThat(second.nextAnswer().getAcks(0).getSequence()).isEqualTo(1);
      assertThat(rig.table.notices).hasSize(1);
      rig.client.close();
    }
  }

  /** A device whose coordinator stops to answer. */
  private static final class SilentRig {
    final RecordingTable table = new RecordingTable();
    final BlockingQueue<SessionEvent> news = new LinkedBlockingQueue<>();
    final SvmClient client;
    final DeviceStream stream;

    SilentRig(FakeCoordinator coordinator) {
      client = coordinator.client().build();
      DeviceSession device = client.openDevice(DeviceOptions.named("d").withListener(news::add));
      stream = coordinator.nextDevice();
      CompletableFuture<Mirror> made =
          CompletableFuture.supplyAsync(
              () -> device.mirror(SPACE, WINDOW, table, DeviceFixture::everyPage));
      stream.answer(stream.nextUpdate());
      made.join();
    }

    void awaitNews(Class<? extends SessionEvent> type) {
      while (!type.isInstance(FakeCoordinator.next(news, type.getSimpleName()))) {
        // Another piece of news.
      }
    }
  }
}
