package io.svmcoord.client;

import static io.svmcoord.client.FakeCoordinator.PATIENCE_SECONDS;
import static io.svmcoord.client.FakeCoordinator.SPACE;
import static io.svmcoord.client.FakeCoordinator.next;
import static io.svmcoord.client.FakeCoordinator.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.svmcoord.client.FakeCoordinator.HostStream;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.EndInvalidationResponse;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Host sessions against a scripted coordinator. */
@Timeout(60)
class HostSessionTest {
  private final FakeCoordinator coordinator = new FakeCoordinator();
  private final BlockingQueue<SessionEvent> news = new LinkedBlockingQueue<>();
  private SvmClient client;
  private HostSession host;
  private HostStream stream;

  @BeforeEach
  void open() {
    client = coordinator.client().build();
    host = client.openHost(HostOptions.named("h").withListener(news::add));
    stream = coordinator.nextHost();
  }

  @AfterEach
  void close() {
    coordinator.close();
    client.close();
  }

  private CompletableFuture<Invalidation> begin(int page) {
    return host.beginAsync(SPACE, List.of(pages(page, 1)), Event.UNMAP, BeginOptions.DEFAULT);
  }

  private void answerBegin(HostCommand command, long sequence) {
    stream.send(
        HostNotice.newBuilder()
            .setCorrelationId(command.getCorrelationId())
            .setBegun(
                BeginInvalidationResponse.newBuilder()
                    .setId(Wire.id(new InvalidationId(SPACE, 1, sequence)))));
  }

  private void answerEnd(HostCommand command, boolean isForced) {
    stream.send(
        HostNotice.newBuilder()
            .setCorrelationId(command.getCorrelationId())
            .setEnded(EndInvalidationResponse.newBuilder().setForceEnded(isForced)));
  }

  private Invalidation begun(int page, long sequence) {
    CompletableFuture<Invalidation> begin = begin(page);
    answerBegin(stream.nextCommand(), sequence);
    return begin.join();
  }

  @Test
  void begin_answeredOutOfOrder_eachGetsItsOwn() {
    CompletableFuture<Invalidation> first = begin(1);
    CompletableFuture<Invalidation> second = begin(2);
    HostCommand firstCommand = stream.nextCommand();
    HostCommand secondCommand = stream.nextCommand();

    answerBegin(secondCommand, 2);
    answerBegin(firstCommand, 1);

    assertThat(first.join().id().sequence()).isEqualTo(1);
    assertThat(second.join().id().sequence()).isEqualTo(2);
    assertThat(firstCommand.getBegin().getRanges(0)).isEqualTo(Wire.range(pages(1, 1)));
  }

  @Test
  void end_running_isAnsweredOnceAndRepeatsItsAnswer() {
    Invalidation invalidation = begun(1, 1);
    assertThat(invalidation.isHeld()).isTrue();
    CompletableFuture<EndResult> end = invalidation.endAsync();
    assertThat(invalidation.isHeld()).isFalse();

    answerEnd(stream.nextCommand(), true);

    assertThat(end.join().forceEnded()).isTrue();
    assertThat(invalidation.end().forceEnded()).isTrue();
    assertThat(stream.commands).isEmpty();
  }

  @Test
  void begin_wouldBlock_throwsByReason() {
    CompletableFuture<Invalidation> begin =
        host.beginAsync(
            SPACE, List.of(pages(1, 1)), Event.CLEAR, BeginOptions.DEFAULT.nonBlockable());
    HostCommand command = stream.nextCommand();
    assertThat(command.getBegin().getNonBlockable()).isTrue();

    stream.send(
        HostNotice.newBuilder()
            .setCorrelationId(command.getCorrelationId())
            .setFailed(
                Failure.newBuilder()
                    .setCode(Status.Code.ABORTED.value())
                    .setReason("WOULD_BLOCK")
                    .setMessage("session 3")));

    assertThatThrownBy(begin::get).hasCauseInstanceOf(WouldBlockException.class);
  }

  @Test
  void begin_timeout_isTakenBackAndLateAnswerEnded() {
    assertThatThrownBy(
            () ->
                host.begin(
                    SPACE,
                    List.of(pages(1, 1)),
                    Event.CLEAR,
                    BeginOptions.DEFAULT.withTimeout(Duration.ofMillis(20))))
        .isInstanceOf(TimedOutException.class);
    HostCommand begin = stream.nextCommand();
    HostCommand cancel = stream.nextCommand();
    assertThat(cancel.getCancel().getBeginCorrelationId()).isEqualTo(begin.getCorrelationId());

    answerBegin(begin, 9);

    assertThat(stream.nextCommand().getEnd().getId().getSequence()).isEqualTo(9);
  }

  private CompletableFuture<Invalidation> beginAsRequest(String requestId) {
    return host.beginAsync(
        SPACE, List.of(pages(1, 1)), Event.CLEAR, BeginOptions.DEFAULT.withRequestId(requestId));
  }

  @Test
  void begin_repeatedWithItsRequestId_isTheSameInvalidationAndOneEndEndsIt() {
    CompletableFuture<Invalidation> first = beginAsRequest("r");
    CompletableFuture<Invalidation> second = beginAsRequest("r");
    answerBegin(stream.nextCommand(), 9);
    answerBegin(stream.nextCommand(), 9);
    assertThat(second.join()).isSameAs(first.join());

    var end = first.join().endAsync();

    assertThat(second.join().isHeld()).isFalse();
    answerEnd(stream.nextCommand(), false);
    assertThat(end.join().forceEnded()).isFalse();
  }

  @Test
  void begin_takenBackAfterItsAnswerAndRepeated_isNotEndedUnderTheOther() {
    CompletableFuture<Invalidation> first = beginAsRequest("r");
    HostCommand firstCommand = stream.nextCommand();
    assertThat(first.cancel(false)).isTrue();
    assertThat(stream.nextCommand().hasCancel()).isTrue();
    CompletableFuture<Invalidation> second = beginAsRequest("r");
    HostCommand secondCommand = stream.nextCommand();

    answerBegin(firstCommand, 9);
    answerBegin(secondCommand, 9);

    assertThat(second.join().isHeld()).isTrue();
    var end = second.join().endAsync();
    answerEnd(stream.nextCommand(), false);
    assertThat(end.join().forceEnded()).isFalse();
    assertThat(stream.commands).isEmpty();
  }

  @Test
  void begin_takenBackAfterItsAnswerAndTheRepeatedOneFails_isEnded() {
    CompletableFuture<Invalidation> first = beginAsRequest("r");
    HostCommand firstCommand = stream.nextCommand();
    assertThat(first.cancel(false)).isTrue();
    assertThat(stream.nextCommand().hasCancel()).isTrue();
    CompletableFuture<Invalidation> second = beginAsRequest("r");
    HostCommand secondCommand = stream.nextCommand();

    answerBegin(firstCommand, 9);
    stream.send(
        HostNotice.newBuilder()
            .setCorrelationId(secondCommand.getCorrelationId())
            .setFailed(
                Failure.newBuilder()
                    .setCode(Status.Code.RESOURCE_EXHAUSTED.value())
                    .setReason("LIMIT_REACHED")));

    assertThatThrownBy(second::get).hasCauseInstanceOf(SvmException.class);
    assertThat(stream.nextCommand().getEnd().getId().getSequence()).isEqualTo(9);
  }

  @Test
  void beginAsync_cancelled_isTakenBack() {
    CompletableFuture<Invalidation> future = begin(1);
    HostCommand begin = stream.nextCommand();

    assertThat(future.cancel(true)).isTrue();

    assertThat(stream.nextCommand().getCancel().getBeginCorrelationId())
        .isEqualTo(begin.getCorrelationId());
  }

  @Test
  void streamBroken_pendingBegin_failsAndSessionReopens() {
    CompletableFuture<Invalidation> future = begin(1);
    stream.nextCommand();

    stream.fail(Status.INTERNAL.asRuntimeException());

    assertThatThrownBy(future::get).hasCauseInstanceOf(SessionLostException.class);
    stream = coordinator.nextHost();
    awaitNews(SessionEvent.Reopened.class);
    assertThat(host.isLive()).isTrue();
    assertThat(begun(2, 5).isHeld()).isTrue();
  }

  @Test
  void streamBroken_begunInvalidation_isEndedByCallWithItsKey() {
    Invalidation invalidation = begun(1, 7);
    String key = "key-" + stream.sessionId;
    stream.fail(Status.INTERNAL.asRuntimeException());
    awaitNews(SessionEvent.Reopened.class);
    assertThat(invalidation.isHeld()).isTrue();

    EndResult result = invalidation.end();

    EndInvalidationRequest request = next(coordinator.unaryEnds, "unary end");
    assertThat(request.getSessionKey().toStringUtf8()).isEqualTo(key);
    assertThat(request.getId().getSequence()).isEqualTo(7);
    assertThat(result.forceEnded()).isTrue();
  }

  @Test
  void streamBroken_nothingHeld_theNextSessionNamesTheFormer() {
    CompletableFuture<Invalidation> unanswered = begin(1);
    stream.nextCommand();
    Invalidation ended = begun(2, 7);
    CompletableFuture<EndResult> end = ended.endAsync();
    answerEnd(stream.nextCommand(), false);
    end.join();
    String key = "key-" + stream.sessionId;

    stream.fail(Status.INTERNAL.asRuntimeException());

    assertThat(coordinator.nextHost().previousKey.toStringUtf8()).isEqualTo(key);
    assertThat(unanswered).isCompletedExceptionally();
  }

  @Test
  void streamBroken_stillHeld_theNextSessionNamesNoneAndTheOneAfterDoes() {
    Invalidation invalidation = begun(1, 7);
    stream.fail(Status.INTERNAL.asRuntimeException());
    HostStream second = coordinator.nextHost();
    awaitNews(SessionEvent.Reopened.class);

    assertThat(second.previousKey.isEmpty()).as("it is still being changed").isTrue();
    assertThat(invalidation.isHeld()).isTrue();
    second.fail(Status.INTERNAL.asRuntimeException());

    assertThat(coordinator.nextHost().previousKey.toStringUtf8())
        .isEqualTo("key-" + second.sessionId);
    assertThat(invalidation.isHeld()).as("of the session before").isTrue();
  }

  @Test
  void streamBroken_endOnItsWay_theNextSessionNamesTheFormer() {
    Invalidation invalidation = begun(1, 7);
    CompletableFuture<EndResult> end = invalidation.endAsync();
    stream.nextCommand();
    String key = "key-" + stream.sessionId;

    stream.fail(Status.INTERNAL.asRuntimeException());

    assertThat(coordinator.nextHost().previousKey.toStringUtf8()).isEqualTo(key);
    assertThat(end.join()).isNotNull();
  }

  @Test
  void streamBroken_heldByTwoJoinedBegins_oneEndIsEnough() {
    BeginOptions named = BeginOptions.DEFAULT.withRequestId("same");
    List<AddressRange> pages = List.of(pages(1, 1));
    CompletableFuture<Invalidation> first = host.beginAsync(SPACE, pages, Event.UNMAP, named);
    CompletableFuture<Invalidation> second = host.beginAsync(SPACE, pages, Event.UNMAP, named);
    answerBegin(stream.nextCommand(), 7);
    answerBegin(stream.nextCommand(), 7);
    CompletableFuture<EndResult> end = first.join().endAsync();
    answerEnd(stream.nextCommand(), false);
    end.join();
    assertThat(second.join().isHeld()).isFalse();
    String key = "key-" + stream.sessionId;

    stream.fail(Status.INTERNAL.asRuntimeException());

    assertThat(coordinator.nextHost().previousKey.toStringUtf8()).isEqualTo(key);
  }

  @Test
  void heartbeatsUnanswered_leaseEnds_invalidationIsNotHeld() {
    client.close();
    coordinator.ttl = Duration.ofMillis(500);
    coordinator.isAnsweringHeartbeats = false;
    open();
    Invalidation invalidation = begun(1, 7);
    news.clear();

    awaitNews(SessionEvent.Fenced.class);

    assertThat(invalidation.isHeld()).isFalse();
  }

  @Test
  void close_session_detaches() {
    host.close();

    assertThat(stream.nextCommand().hasDetach()).isTrue();
    assertThat(host.state()).isEqualTo(SessionState.CLOSED);
    assertThatThrownBy(() -> host.begin(SPACE, List.of(pages(1, 1)), Event.CLEAR))
        .isInstanceOf(SessionLostException.class);
  }

  @Test
  void openHost_noCoordinator_isUnavailable() throws Exception {
    coordinator.close();

    try (SvmClient alone = coordinator.client().build()) {
      assertThatThrownBy(() -> alone.openHost(HostOptions.named("h")))
          .isInstanceOf(UnavailableException.class);
    }
  }

  private void awaitNews(Class<? extends SessionEvent> type) {
    try {
      SessionEvent event;
      do {
        event = news.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(event).as(type.getSimpleName()).isNotNull();
      } while (!type.isInstance(event));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
