package io.svmcoord.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What waits for a stream: batches, bounds, the end. */
class StreamOutboxTest {
  private static final int NOTICES_MAX = 1000;
  private static final Outgoing.Close END = new Outgoing.Close(Status.OK, new Metadata());

  private final FakeLoop loop = new FakeLoop();
  private final LoopOutbox loopOutbox = new LoopOutbox(loop);
  private final FakeCall call = new FakeCall();
  private final FakeOwner owner = new FakeOwner();
  private final StreamOutbox outbox =
      new StreamOutbox(
          call,
          loopOutbox,
          new StreamOutbox.Limits(4 << 20, NOTICES_MAX, 4 << 20, NOTICES_MAX),
          owner);

  @Test
  void add_oneNotice_isOneMessage() {
    outbox.accept(notice(1));
    assertThat(call.messages()).isEmpty();

    loop.runAll();

    assertThat(call.messages()).hasSize(1);
    assertThat(call.numbers()).containsExactly(1L);
  }

  @Test
  void add_manyBeforeTheLoopTurns_areOneMessageInOrder() {
    LongStream.range(0, 100).forEach(number -> outbox.accept(notice(number)));
    assertThat(loop.waiting()).as("tasks for a hundred notices").isEqualTo(1);

    loop.runAll();

    assertThat(call.messages()).hasSize(1);
    assertThat(call.numbers()).containsExactlyElementsOf(numbers(100));
  }

  @Test
  void flush_transportNotReady_waitsAndGoesOnWhenItIs() {
    call.readyFor(1);
    outbox.accept(notice(0));
    loop.runAll();
    LongStream.range(1, 10).forEach(number -> outbox.accept(notice(number)));
    loop.runAll();
    assertThat(call.numbers()).containsExactly(0L);
    assertThat(loopOutbox.waitingNotices()).isEqualTo(9);

    call.readyFor(Integer.MAX_VALUE);
    outbox.flush();

    assertThat(call.numbers()).containsExactlyElementsOf(numbers(10));
    assertThat(call.messages()).hasSize(2);
    assertThat(loopOutbox.waitingNotices()).isZero();
  }

  @Test
  void add_pastTheLimit_dropsAllAndTellsOnce() {
    call.readyFor(0);

    LongStream.range(0, NOTICES_MAX + 5).forEach(number -> outbox.accept(notice(number)));
    loop.runAll();

    assertThat(owner.overflows()).isEqualTo(1);
    assertThat(loopOutbox.waitingNotices()).isZero();
    outbox.accept(END);
    loop.runAll();
    assertThat(call.messages()).isEmpty();
    assertThat(call.status()).isEqualTo(Status.OK);
  }

  @Test
  void close_afterNotices_sendsThemFirstAndNothingAfter() {
    outbox.accept(notice(0));
    outbox.accept(END);
    outbox.accept(notice(1));

    loop.runAll();

    assertThat(call.numbers()).containsExactly(0L);
    assertThat(call.status()).isEqualTo(Status.OK);
  }

  @Test
  void close_droppingWhatWaits_sendsNothingOfIt() {
    outbox.accept(notice(0));
    outbox.accept(END.droppingWaiting());

    loop.runAll();

    assertThat(call.messages()).isEmpty();
    assertThat(call.status()).isEqualTo(Status.OK);
    assertThat(loopOutbox.waitingNotices()).isZero();
  }

  @Test
  void abandon_whileNoticesWait_writesNothing() {
    outbox.accept(notice(0));

    outbox.abandon();
    outbox.accept(END);
    loop.runAll();

    assertThat(call.messages()).isEmpty();
    assertThat(call.status()).isNull();
    assertThat(loopOutbox.waitingNotices()).isZero();
  }

  @Test
  void drain_manyStreams_runsInSlices() {
    int streams = 300;
    FakeCall[] calls = new FakeCall[streams];
    for (int i = 0; i < streams; i++) {
      calls[i] = new FakeCall();
      new StreamOutbox(
              calls[i], loopOutbox, new StreamOutbox.Limits(1 << 20, 10, 1 << 20, 10), owner)
          .accept(notice(i));
    }
    assertThat(loop.waiting()).as("tasks for 300 streams").isEqualTo(1);

    loop.runAll();

    for (int i = 0; i < streams; i++) {
      assertThat(calls[i].numbers()).containsExactly((long) i);
    }
  }

  @Test
  void drain_streamsWithTheSameNotices_shareOneMessage() {
    Chunk first = notice(1);
    Chunk second = notice(2);
    FakeCall[] calls = {new FakeCall(), new FakeCall(), new FakeCall()};
    for (FakeCall each : calls) {
      StreamOutbox outbox =
          new StreamOutbox(
              each, loopOutbox, new StreamOutbox.Limits(1 << 20, 10, 1 << 20, 10), owner);
      outbox.accept(first);
      outbox.accept(each == calls[2] ? notice(3) : second);
    }

    loop.runAll();

    assertThat(calls[1].envelopes()).isEqualTo(calls[0].envelopes());
    assertThat(calls[2].envelopes()).doesNotContainAnyElementsOf(calls[0].envelopes());
    assertThat(calls[1].numbers()).containsExactly(1L, 2L);
    assertThat(calls[2].numbers()).containsExactly(1L, 3L);
  }

  private static java.util.List<Long> numbers(int count) {
    return LongStream.range(0, count).boxed().toList();
  }

  private static Chunk notice(long number) {
    return DeviceNotices.heartbeat(number, 3_000_000_000L);
  }
}
