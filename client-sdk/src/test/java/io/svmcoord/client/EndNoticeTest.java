package io.svmcoord.client;

import static io.svmcoord.client.DeviceFixture.PATIENCE;
import static io.svmcoord.client.FakeCoordinator.SPACE;
import static io.svmcoord.client.FakeCoordinator.ended;
import static io.svmcoord.client.FakeCoordinator.invalidate;
import static io.svmcoord.client.FakeCoordinator.next;
import static io.svmcoord.client.FakeCoordinator.pages;
import static io.svmcoord.client.FakeCoordinator.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.v1.Refusal;
import io.svmcoord.v1.RunningInvalidation;
import io.svmcoord.v1.SpaceBaseline;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which ends a device's table is told, in which order, and what it may do then. */
@Timeout(60)
class EndNoticeTest {
  private static final AddressRange WINDOW = pages(0, 16);

  private final DeviceFixture fixture = new DeviceFixture();
  private final Table table = new Table();

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Remembers its calls in order. */
  private static final class Table implements DeviceTable {
    final BlockingQueue<Record> calls = new LinkedBlockingQueue<>();
    volatile Consumer<EndNotice> onEnd = notice -> {};
    volatile TearDown answer = TearDown.done();

    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {
      assertThat(pages).isNotEmpty();
    }

    @Override
    public void invalidate(InvalidationNotice notice) {
      throw new AssertionError("startInvalidate is overridden");
    }

    @Override
    public TearDown startInvalidate(InvalidationNotice notice) {
      calls.add(notice);
      return notice.event() == Event.RELEASE ? TearDown.done() : answer;
    }

    @Override
    public void invalidationEnded(EndNotice notice) {
      calls.add(notice);
      onEnd.accept(notice);
    }

    <T extends Record> T next(Class<T> type) {
      return type.cast(FakeCoordinator.next(calls, type.getSimpleName()));
    }
  }

  private Mirror mirror() {
    return fixture.answering(
        () -> fixture.device.mirror(SPACE, WINDOW, table, DeviceFixture::everyPage));
  }

  private static EndNotice end(long sequence, AddressRange range, boolean isForced) {
    return new EndNotice(SPACE, sequence, AddressRanges.of(range), isForced);
  }

  @Test
  void ended_severalRunning_eachIsToldOnceAfterItsStart() {
    mirror();

    fixture.stream.send(
        invalidate(1, pages(0, 4)),
        invalidate(2, pages(2, 1)),
        ended(2, false),
        ended(2, false),
        ended(9, false),
        ended(1, true));

    assertThat(table.next(InvalidationNotice.class).sequence()).isEqualTo(1);
    assertThat(table.next(InvalidationNotice.class).sequence()).isEqualTo(2);
    assertThat(table.next(EndNotice.class)).isEqualTo(end(2, pages(2, 1), false));
    assertThat(table.next(EndNotice.class)).isEqualTo(end(1, pages(0, 4), true));
    assertThat(table.calls).isEmpty();
  }

  @Test
  void ended_readerWaits_isToldBeforeItGoesOn() {
    Mirror mirror = mirror();
    fixture.stream.send(invalidate(1, pages(2, 1)));
    fixture.awaitAck(1);
    CompletableFuture<List<MirroredPage>> fault =
        mirror.faultAsync(pages(2, 1), Access.READ, PATIENCE);
    table.onEnd = notice -> assertThat(fault).isNotDone();

    fixture.stream.send(ended(1, false));

    assertThat(fault.join()).hasSize(1);
    assertThat(table.calls).last().isEqualTo(end(1, pages(2, 1), false));
  }

  @Test
  void ended_ranWhenSubscribed_isToldWithoutAStart() {
    CompletableFuture<Mirror> made =
        CompletableFuture.supplyAsync(
            () -> fixture.device.mirror(SPACE, WINDOW, table, DeviceFixture::everyPage));
    fixture.stream.answer(fixture.stream.nextUpdate(), running(5, pages(3, 1)));
    assertThat(made.join().ranges()).containsExactly(WINDOW);

    fixture.stream.send(ended(5, false));

    assertThat(table.next(EndNotice.class)).isEqualTo(end(5, pages(3, 1), false));
  }

  @Test
  void ended_fencedSince_isNotTold() {
    mirror();
    fixture.stream.send(invalidate(2, pages(2, 1)));
    fixture.awaitAck(2);
    // Of before the first: the order of the stream is broken, so everything is dropped.
    fixture.stream.send(invalidate(1, pages(2, 1)));
    fixture.awaitNews(SessionEvent.Fenced.class);
    fixture.stream = fixture.coordinator.nextDevice();
    fixture.stream.answer(fixture.stream.nextUpdate());
    fixture.awaitNews(SessionEvent.Reopened.class);

    fixture.stream.send(ended(2, false), invalidate(3, pages(2, 1)), ended(3, false));

    assertThat(table.next(InvalidationNotice.class).sequence()).isEqualTo(2);
    assertThat(table.next(InvalidationNotice.class).event()).isEqualTo(Event.RELEASE);
    assertThat(table.next(InvalidationNotice.class).sequence()).isEqualTo(3);
    assertThat(table.next(EndNotice.class).sequence()).isEqualTo(3);
  }

  @Test
  void ended_whileTheStreamIsBroken_isToldAsForcedOnceTheSessionGoesOn() {
    mirror();
    fixture.stream.send(
        invalidate(1, pages(2, 1)), invalidate(2, pages(3, 1)), invalidate(3, pages(4, 1)));
    fixture.awaitAck(1);
    fixture.awaitAck(2);
    fixture.awaitAck(3);
    table.calls.clear();

    resume(running(2, pages(3, 1)));
    fixture.stream.send(ended(2, false));

    assertThat(table.next(EndNotice.class)).isEqualTo(end(1, pages(2, 1), true));
    assertThat(table.next(EndNotice.class)).isEqualTo(end(3, pages(4, 1), true));
    assertThat(table.next(EndNotice.class)).isEqualTo(end(2, pages(3, 1), false));
    assertThat(table.calls).isEmpty();
  }

  @Test
  void ended_whileTheStreamIsBrokenAndTableThrows_dropsEverything() {
    mirror();
    fixture.stream.send(invalidate(1, pages(2, 1)));
    fixture.awaitAck(1);
    table.onEnd =
        notice -> {
          throw new IllegalStateException("no end wanted");
        };

    resume();

    assertThat(fixture.awaitNews(SessionEvent.HandlerFailed.class).cause())
        .hasMessage("no end wanted");
    fixture.awaitNews(SessionEvent.Fenced.class);
    assertThat(next(fixture.coordinator.devices, "next session").previousKey.isEmpty()).isFalse();
  }

  /** The stream breaks, and the session goes on over the next one. */
  private void resume(RunningInvalidation... running) {
    FakeCoordinator.DeviceStream first = fixture.stream;
    fixture.coordinator.isResuming = true;
    first.fail(Status.UNAVAILABLE.asRuntimeException());
    fixture.stream = fixture.coordinator.nextDevice();
    fixture.stream.resumed(
        first,
        SpaceBaseline.newBuilder()
            .setSpaceId(SPACE)
            .setEpoch(FakeCoordinator.EPOCH)
            .setSequence(3)
            .addAllRunning(List.of(running))
            .build());
  }

  @Test
  void ended_unsubscribedSince_isNotTold() {
    Mirror mirror = mirror();
    fixture.stream.send(invalidate(1, pages(2, 1)));
    fixture.awaitAck(1);
    assertThat(table.next(InvalidationNotice.class).sequence()).isEqualTo(1);
    fixture.answering(
        () -> {
          mirror.update(List.of(WINDOW), List.of(pages(32, 1)));
          return mirror;
        });

    fixture.stream.send(ended(1, false), invalidate(2, pages(32, 1)), ended(2, false));

    assertThat(table.next(InvalidationNotice.class).sequence()).isZero();
    assertThat(table.next(InvalidationNotice.class).sequence()).isEqualTo(2);
    assertThat(table.next(EndNotice.class).sequence()).isEqualTo(2);
  }

  @Test
  void ended_refused_isToldIfTheTableWasAsked() {
    Mirror mirror = mirror();
    table.answer = TearDown.wouldBlock();
    fixture.stream.send(invalidate(1, pages(2, 1), true));
    fixture.awaitRefusal(1, Refusal.Cause.CAUSE_WOULD_BLOCK);
    mirror.access(
        () -> {
          fixture.stream.send(invalidate(2, pages(2, 1), true));
          fixture.awaitRefusal(2, Refusal.Cause.CAUSE_WOULD_BLOCK);
        });

    fixture.stream.send(ended(1, false), ended(2, false), invalidate(3, pages(99, 1)));
    fixture.awaitAck(3);

    assertThat(table.next(InvalidationNotice.class).sequence()).isEqualTo(1);
    assertThat(table.next(EndNotice.class)).isEqualTo(end(1, pages(2, 1), false));
    assertThat(table.calls).isEmpty();
  }

  @Test
  void ended_tableThrowsOrCallsTheSdk_dropsEverything() {
    Mirror mirror = mirror();
    table.onEnd = notice -> mirror.readBegin(notice.ranges(), PATIENCE);

    fixture.stream.send(invalidate(1, pages(2, 1)), ended(1, false));

    assertThat(fixture.awaitNews(SessionEvent.HandlerFailed.class).cause())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Mirror.readBegin was called under a mirror's lock");
    fixture.awaitNews(SessionEvent.Fenced.class);
    assertThat(next(fixture.coordinator.devices, "next session").previousKey.isEmpty()).isFalse();
  }
}
