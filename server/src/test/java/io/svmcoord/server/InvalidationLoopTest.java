package io.svmcoord.server;

import static io.svmcoord.server.Messages.errorInfo;
import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.svmcoord.v1.CancelBegin;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.FanOut;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.InvalidationId;
import io.svmcoord.v1.Refusal;
import io.svmcoord.v1.SessionOutcome;
import io.svmcoord.v1.SubscriptionsUpdated;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop of begin, event, ack and end over real sockets, on one and on two event loops. */
class InvalidationLoopTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void begin_twoDevicesOverlap_answersWhenBothAcked(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice near = server.device("near");
      TestDevice far = server.device("far");
      near.subscribe(space, 1, pages(0, 4));
      SubscriptionsUpdated updated = far.subscribe(space, 1, pages(2, 4));
      TestHost host = server.host("host");

      long begin = host.begin(unmap(space, pages(2, 1)).build());
      Invalidate first = near.nextInvalidate();
      Invalidate second = far.nextInvalidate();

      assertThat(first).isEqualTo(second);
      assertThat(first.getSequence()).isGreaterThan(updated.getSequence());
      assertThat(first.getRangesList()).containsExactly(pages(2, 1));
      assertThat(host.notices().isEmpty()).isTrue();
      near.ack(first);
      far.ack(second);
      HostNotice begun = host.notices().next();
      assertThat(begun.getCorrelationId()).isEqualTo(begin);
      assertThat(begun.getBegun().getFanOut().getSessionsNotified()).isEqualTo(2);
      assertThat(begun.getBegun().getFanOut().getNotAckedList()).isEmpty();
      assertThat(host.end(begun.getBegun().getId()).getEnded().getForceEnded()).isFalse();
      InvalidationEnded ended = near.nextEnded();
      assertThat(ended.getSequence()).isEqualTo(first.getSequence());
      assertThat(ended.getForced()).isFalse();
      assertThat(far.nextEnded()).isEqualTo(ended);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void begin_nobodyOverlaps_answersAtOnceAndTellsNobody(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = server.device("device");
      device.subscribe(space, 1, pages(0, 1));
      TestHost host = server.host("host");

      host.begin(unmap(space, pages(1, 1)).build());
      HostNotice begun = host.notices().next();

      assertThat(begun.getBegun().getFanOut().getSessionsNotified()).isZero();
      device.heartbeat(1);
      assertThat(device.notices().isEmpty()).as("an event before the heartbeat's answer").isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void unsubscribe_whileOwing_countsAsAck(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = server.device("device");
      device.subscribe(space, 1, pages(0, 1));
      TestHost host = server.host("host");

      host.begin(unmap(space, pages(0, 1)).build());
      device.nextInvalidate();
      device.unsubscribe(space, 1);

      HostNotice begun = host.notices().next();
      assertThat(begun.getBegun().getFanOut().getSessionsNotified()).isEqualTo(1);
      host.end(begun.getBegun().getId());
      assertThat(device.nextEnded().getSequence())
          .isEqualTo(begun.getBegun().getId().getSequence());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void subscribe_whileRunning_listsItAndIsToldItsEnd(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestHost host = server.host("host");
      host.begin(unmap(space, pages(0, 8)).build());
      var id = host.notices().next().getBegun().getId();
      TestDevice late = server.device("late");

      SubscriptionsUpdated updated = late.subscribe(space, 1, pages(7, 1));

      assertThat(updated.getRunningCount()).isEqualTo(1);
      assertThat(updated.getRunning(0).getSequence()).isEqualTo(id.getSequence());
      assertThat(updated.getRunning(0).getRangesList()).containsExactly(pages(0, 8));
      assertThat(updated.getPageSize()).isEqualTo(Messages.PAGE);
      host.end(id);
      assertThat(late.nextEnded().getSequence()).isEqualTo(id.getSequence());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void nonBlockable_oneRefuses_failsAndTellsTheEndToAll(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice willing = server.device("willing");
      TestDevice busy = server.device("busy");
      willing.subscribe(space, 1, pages(0, 1));
      busy.subscribe(space, 1, pages(0, 1));
      TestHost host = server.host("host");

      host.begin(unmap(space, pages(0, 1)).setNonBlockable(true).build());
      Invalidate event = willing.nextInvalidate();
      assertThat(event.getNonBlockable()).isTrue();
      willing.ack(event);
      busy.refuse(busy.nextInvalidate(), Refusal.Cause.CAUSE_WOULD_BLOCK);

      Failure failure = host.notices().next().getFailed();
      assertThat(failure.getReason()).isEqualTo("WOULD_BLOCK");
      assertThat(failure.getCode()).isEqualTo(Code.ABORTED_VALUE);
      assertThat(failure.getMetadataMap()).containsEntry("session_ids", Long.toString(busy.id()));
      assertThat(willing.nextEnded().getSequence()).isEqualTo(event.getSequence());
      assertThat(busy.nextEnded().getSequence()).isEqualTo(event.getSequence());
      assertThat(busy.heartbeat(1).getTtlMillis()).isEqualTo(3000);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void blockable_handlerFailed_evictsAndWaitsForTheLease(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice broken = new TestDevice(server.channel(), "broken", 500);
      broken.subscribe(space, 1, pages(0, 1));
      TestHost host = server.host("host");

      host.begin(unmap(space, pages(0, 1)).build());
      broken.refuse(broken.nextInvalidate(), Refusal.Cause.CAUSE_FAILED);

      assertThat(errorInfo(broken.notices().error()).getReason()).isEqualTo("SESSION_EVICTED");
      FanOut fanOut = host.notices().next().getBegun().getFanOut();
      assertThat(fanOut.getNotAckedList())
          .containsExactly(
              SessionOutcome.newBuilder()
                  .setSessionId(broken.id())
                  .setOutcome(SessionOutcome.Outcome.OUTCOME_EVICTED)
                  .build());
      assertThat(fanOut.getSlowestNanos())
          .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(400))
          .isLessThan(TimeUnit.SECONDS.toNanos(10));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void cancelBegin_whileWaiting_failsItAndTellsTheEnd(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = server.device("device");
      device.subscribe(space, 1, pages(0, 1));
      TestHost host = server.host("host");

      long begin = host.begin(unmap(space, pages(0, 1)).build());
      Invalidate event = device.nextInvalidate();
      host.command(
          HostCommand.newBuilder()
              .setCancel(CancelBegin.newBuilder().setBeginCorrelationId(begin)));

      HostNotice failed = host.notices().next();
      assertThat(failed.getCorrelationId()).isEqualTo(begin);
      assertThat(failed.getFailed().getCode()).isEqualTo(Code.CANCELLED_VALUE);
      assertThat(device.nextEnded().getSequence()).isEqualTo(event.getSequence());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void commands_manyInOneMessage_areAllAnsweredInOrder(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestHost host = server.host("host");
      HostSessionRequest.Builder request = HostSessionRequest.newBuilder();
      for (int i = 0; i < 256; i++) {
        request.addCommands(
            HostCommand.newBuilder()
                .setCorrelationId(1_000 + i)
                .setBegin(unmap(space, pages(i, 1))));
      }

      host.send(request.build());

      for (int i = 0; i < 256; i++) {
        HostNotice begun = host.notices().next();
        assertThat(begun.getCorrelationId()).isEqualTo(1_000 + i);
        assertThat(begun.getBegun().getId().getSequence()).isEqualTo(1 + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void owner_ofMigration_isNotTold(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice driver = server.device("driver");
      TestDevice other = server.device("other");
      driver.subscribe(space, 1, pages(0, 1));
      other.subscribe(space, 1, pages(0, 1));
      TestHost host = server.host("host");

      host.begin(
          unmap(space, pages(0, 1))
              .setEvent(InvalidationEvent.INVALIDATION_EVENT_MIGRATE)
              .setOwnerKey(driver.key())
              .build());
      other.ack(other.nextInvalidate());

      assertThat(host.notices().next().getBegun().getFanOut().getSessionsNotified()).isEqualTo(1);
      driver.heartbeat(1);
      assertThat(driver.notices().isEmpty()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void hostStream_breaksWhileRunning_isEndedByForceAfterItsLease(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = server.device("device");
      device.subscribe(space, 1, pages(0, 1));
      TestHost host = new TestHost(server.channel(), "host", 500);
      host.begin(unmap(space, pages(0, 1)).build());
      Invalidate event = device.nextInvalidate();
      device.ack(event);
      InvalidationId id = host.notices().next().getBegun().getId();

      host.halfClose();

      InvalidationEnded ended = device.nextEnded();
      assertThat(ended.getForced()).isTrue();
      assertThat(ended.getSequence()).isEqualTo(event.getSequence());
      assertThat(ended.getEndSequence()).isGreaterThan(event.getSequence());
      assertThat(
              server
                  .invalidations()
                  .endInvalidation(
                      EndInvalidationRequest.newBuilder()
                          .setId(id)
                          .setSessionKey(host.key())
                          .build())
                  .getForceEnded())
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void requestId_twiceOnAStream_oneCancelledTheOtherAnswered(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = server.device("device");
      device.subscribe(space, 1, pages(0, 1));
      TestHost host = server.host("host");
      var request =
          unmap(space, pages(0, 1)).setRequestId("one").setAckDeadlineMillis(60_000).build();

      long first = host.begin(request);
      Invalidate event = device.nextInvalidate();
      long second = host.begin(request);
      host.command(
          HostCommand.newBuilder()
              .setCancel(CancelBegin.newBuilder().setBeginCorrelationId(first)));

      HostNotice cancelled = host.notices().next();
      assertThat(cancelled.getCorrelationId()).isEqualTo(first);
      assertThat(cancelled.getFailed().getReason()).isEqualTo("CANCELLED");
      device.ack(event);
      HostNotice begun = host.notices().next();
      assertThat(begun.getCorrelationId()).isEqualTo(second);
      assertThat(begun.getBegun().getId().getSequence()).isEqualTo(event.getSequence());
    }
  }
}
