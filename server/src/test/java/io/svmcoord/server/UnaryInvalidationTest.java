package io.svmcoord.server;

import static io.svmcoord.server.Messages.errorInfo;
import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.ListInvalidationsRequest;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Begin and end as unary calls: sessions of their own, deadlines, request ids. */
class UnaryInvalidationTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void begin_withoutSession_isHeldByAKeyOfItsOwn(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");

      BeginInvalidationResponse begun =
          server.invalidations().beginInvalidation(unmap(space, pages(0, 1)).build());

      assertThat(begun.getSessionKey().size()).isEqualTo(16);
      assertThat(running(server)).isEqualTo(1);
      assertThat(end(server, begun).getForceEnded()).isFalse();
      assertThat(running(server)).isZero();
      assertThat(end(server, begun).getForceEnded()).as("a second end").isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void begin_notEndedWithinItsHold_isEndedByForce(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = server.device("device");

      BeginInvalidationResponse begun =
          server
              .invalidations()
              .beginInvalidation(unmap(space, pages(0, 1)).setHoldMillis(500).build());
      device.subscribe(space, 1, pages(0, 1));

      InvalidationEnded ended = device.nextEnded();
      assertThat(ended.getForced()).isTrue();
      assertThat(end(server, begun).getForceEnded()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void begin_withAHostsKey_belongsToThatSession(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestHost host = server.host("host");

      BeginInvalidationResponse begun =
          server
              .invalidations()
              .beginInvalidation(unmap(space, pages(0, 1)).setSessionKey(host.key()).build());

      assertThat(begun.getSessionKey()).isEqualTo(host.key());
      assertThat(host.end(begun.getId()).hasEnded()).isTrue();
      assertThat(running(server)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void begin_pastItsDeadline_isUndone(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = server.device("device");
      device.subscribe(space, 1, pages(0, 1));

      StatusRuntimeException error =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  InvalidationServiceGrpc.newBlockingStub(server.callsChannel())
                      .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                      .beginInvalidation(
                          unmap(space, pages(0, 1)).setAckDeadlineMillis(60_000).build()));

      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      Invalidate event = device.nextInvalidate();
      assertThat(device.nextEnded().getSequence()).isEqualTo(event.getSequence());
      assertThat(running(server)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void requestId_repeatedWhileWaiting_joinsAndOutlivesTheFirstCaller(int loops) throws Exception {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = server.device("device");
      device.subscribe(space, 1, pages(0, 1));
      BeginInvalidationRequest request = identified(space, "one");

      ListenableFuture<BeginInvalidationResponse> first = begin(server, request);
      Invalidate event = device.nextInvalidate();
      ListenableFuture<BeginInvalidationResponse> second = begin(server, request);
      joined(server, 1);
      assertThat(first.cancel(true)).isTrue();
      ListenableFuture<BeginInvalidationResponse> third = begin(server, request);
      joined(server, 2);
      device.ack(event);

      BeginInvalidationResponse answer = second.get(30, TimeUnit.SECONDS);
      assertThat(answer.getId().getSequence()).isEqualTo(event.getSequence());
      assertThat(third.get(30, TimeUnit.SECONDS)).isEqualTo(answer);
      assertThat(begin(server, request).get(30, TimeUnit.SECONDS))
          .as("repeated when it is through")
          .isEqualTo(answer);
      device.heartbeat(1);
      assertThat(device.notices().isEmpty()).as("one event for all of them").isTrue();

      end(server, answer);
      StatusRuntimeException over = refused(server, request);
      assertThat(over.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(errorInfo(over).getReason()).isEqualTo("INVALIDATION_ENDED");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void requestId_allCallersGone_isUndoneAndBeginsAnew(int loops) throws Exception {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = server.device("device");
      device.subscribe(space, 1, pages(0, 1));
      BeginInvalidationRequest request = identified(space, "one");

      ListenableFuture<BeginInvalidationResponse> first = begin(server, request);
      Invalidate event = device.nextInvalidate();
      ListenableFuture<BeginInvalidationResponse> second = begin(server, request);
      joined(server, 1);
      assertThat(first.cancel(true)).isTrue();
      assertThat(second.cancel(true)).isTrue();
      assertThat(device.nextEnded().getSequence()).isEqualTo(event.getSequence());

      ListenableFuture<BeginInvalidationResponse> anew = begin(server, request);
      Invalidate again = device.nextInvalidate();
      assertThat(again.getSequence()).isGreaterThan(event.getSequence());
      device.ack(again);
      assertThat(anew.get(30, TimeUnit.SECONDS).getId().getSequence())
          .isEqualTo(again.getSequence());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void requestId_withOtherParameters_isRefusedByName(int loops) throws Exception {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      begin(server, identified(space, "one")).get(30, TimeUnit.SECONDS);

      StatusRuntimeException error =
          refused(
              server, unmap(space, pages(1, 1)).setRequestId("one").setHoldMillis(60_000).build());

      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(errorInfo(error).getMetadataMap()).containsEntry("field", "request_id");
      assertThat(running(server)).isEqualTo(1);
    }
  }

  private static BeginInvalidationRequest identified(long space, String requestId) {
    return unmap(space, pages(0, 1))
        .setRequestId(requestId)
        .setAckDeadlineMillis(60_000)
        .setHoldMillis(60_000)
        .build();
  }

  private static ListenableFuture<BeginInvalidationResponse> begin(
      TestServer server, BeginInvalidationRequest request) {
    return InvalidationServiceGrpc.newFutureStub(server.callsChannel()).beginInvalidation(request);
  }

  private static StatusRuntimeException refused(
      TestServer server, BeginInvalidationRequest request) {
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> server.invalidations().beginInvalidation(request));
  }

  private static io.svmcoord.v1.EndInvalidationResponse end(
      TestServer server, BeginInvalidationResponse begun) {
    return server
        .invalidations()
        .endInvalidation(
            EndInvalidationRequest.newBuilder()
                .setId(begun.getId())
                .setSessionKey(begun.getSessionKey())
                .build());
  }

  private static int running(TestServer server) {
    return server
        .introspection()
        .listInvalidations(ListInvalidationsRequest.getDefaultInstance())
        .getInvalidationsCount();
  }

  /** Waits until so many begins have joined another one. */
  private static void joined(TestServer server, int count) {
    org.awaitility.Awaitility.await()
        .atMost(TestServer.PATIENCE)
        .until(
            () ->
                server.admin("/metrics").body().contains("svm_begin_joined_total " + count + ".0"));
  }
}
