package io.svmcoord.server;

import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.CancelBegin;
import io.svmcoord.v1.DeleteAddressSpaceRequest;
import io.svmcoord.v1.GetAddressSpaceRequest;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.InvalidationId;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.MirrorServiceGrpc;
import io.svmcoord.v1.ReadBeginRequest;
import io.svmcoord.v1.ReadBeginResponse;
import io.svmcoord.v1.ReadRetryRequest;
import io.svmcoord.v1.ReadRetryResponse;
import io.svmcoord.v1.Token;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** read_begin and read_retry of mappers. */
class MirrorTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void readBegin_whileItsPagesAreInvalidated_waitsForTheEnd(int loops) throws Exception {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestHost host = server.host("host");
      host.begin(unmap(space, pages(0, 1)).build());
      InvalidationId id = host.notices().next().getBegun().getId();

      ListenableFuture<ReadBeginResponse> waiting = readBegin(server, space, pages(0, 2));
      Token other = readBegin(server, space, pages(1, 1)).get(30, TimeUnit.SECONDS).getToken();
      waitingReaders(server, space, 1);

      assertThat(waiting.isDone()).isFalse();
      assertThat(retry(server, other, pages(1, 1)).getRetry()).as("other pages").isFalse();
      host.end(id);
      Token token = waiting.get(30, TimeUnit.SECONDS).getToken();
      assertThat(token.getSequence()).isEqualTo(id.getSequence());
      assertThat(retry(server, token, pages(0, 2)).getRetry()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void readRetry_afterABegin_saysInvalidatedForItsPagesAlone(int loops) throws Exception {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      Token token = readBegin(server, space, pages(0, 2)).get(30, TimeUnit.SECONDS).getToken();
      TestHost host = server.host("host");
      host.begin(unmap(space, pages(0, 1)).build());
      host.notices().next();

      ReadRetryResponse hit = retry(server, token, pages(0, 1));

      assertThat(hit.getRetry()).isTrue();
      assertThat(hit.getCause()).isEqualTo(ReadRetryResponse.Cause.CAUSE_INVALIDATED);
      assertThat(retry(server, token, pages(1, 1)).getRetry()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void readRetry_deadTokens_sayWhy(int loops) throws Exception {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      Token token = readBegin(server, space, pages(0, 1)).get(30, TimeUnit.SECONDS).getToken();

      assertThat(
              retry(
                      server,
                      token.toBuilder().setIncarnation(ByteString.copyFrom(new byte[16])).build(),
                      pages(0, 1))
                  .getCause())
          .isEqualTo(ReadRetryResponse.Cause.CAUSE_NEW_INCARNATION);
      assertThat(
              retry(server, token.toBuilder().setEpoch(token.getEpoch() + 1).build(), pages(0, 1))
                  .getCause())
          .isEqualTo(ReadRetryResponse.Cause.CAUSE_STALE_EPOCH);
      server
          .spaces()
          .deleteAddressSpace(DeleteAddressSpaceRequest.newBuilder().setId(space).build());
      assertThat(retry(server, token, pages(0, 1)).getCause())
          .isEqualTo(ReadRetryResponse.Cause.CAUSE_SPACE_GONE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void readBegin_cancelled_waitsNoMore(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestHost host = server.host("host");
      host.begin(unmap(space, pages(0, 1)).build());
      host.notices().next();
      ListenableFuture<ReadBeginResponse> waiting = readBegin(server, space, pages(0, 1));
      waitingReaders(server, space, 1);

      assertThat(waiting.cancel(true)).isTrue();

      waitingReaders(server, space, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void readBegin_thatReserves_postponesBeginsOfItsPagesUntilReadRetry(int loops) throws Exception {
    try (TestServer server = new TestServer(patient(loops))) {
      long space = server.space("a");
      TestHost host = server.host("host");
      Token token = reserve(server, space, pages(0, 2));
      assertThat(token.getReservation()).isNotZero();

      long postponed = host.begin(unmap(space, pages(1, 1)).build());
      long other = host.begin(unmap(space, pages(4, 1)).build());

      assertThat(host.notices().next().getCorrelationId()).as("of other pages").isEqualTo(other);
      assertThat(retry(server, token, pages(0, 2)).getRetry()).isFalse();
      HostNotice begun = host.notices().next();
      assertThat(begun.getCorrelationId()).isEqualTo(postponed);
      assertThat(begun.getBegun().getId().getSequence()).as("began last").isEqualTo(2);
      assertThat(retry(server, token, pages(0, 2)).getRetry()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void begin_postponedAndItsCallersGone_neverBegins(int loops) throws Exception {
    try (TestServer server = new TestServer(patient(loops))) {
      long space = server.space("a");
      TestHost host = server.host("host");
      Token token = reserve(server, space, pages(0, 2));
      // On the connection of the read_retry: it comes after the cancellations.
      var stub = InvalidationServiceGrpc.newFutureStub(server.callsChannel());
      var request =
          unmap(space, pages(0, 1)).setSessionKey(host.key()).setRequestId("postponed").build();
      long waiting = host.begin(unmap(space, pages(1, 1)).build());
      var first = stub.beginInvalidation(request);
      var second = stub.beginInvalidation(request);

      assertThat(first.cancel(true)).isTrue();
      assertThat(second.cancel(true)).isTrue();
      host.command(
          HostCommand.newBuilder()
              .setCancel(CancelBegin.newBuilder().setBeginCorrelationId(waiting)));

      HostNotice refused = host.notices().next();
      assertThat(refused.getCorrelationId()).isEqualTo(waiting);
      assertThat(refused.getFailed().getReason()).isEqualTo("CANCELLED");
      assertThat(retry(server, token, pages(0, 2)).getRetry()).isFalse();
      assertThat(sequence(server, space)).as("nothing began").isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void readBegin_thatReservesAndIsCancelled_reservesNothing(int loops) {
    try (TestServer server = new TestServer(patient(loops))) {
      long space = server.space("a");
      TestHost host = server.host("host");
      host.begin(unmap(space, pages(0, 1)).build());
      InvalidationId id = host.notices().next().getBegun().getId();
      var waiting =
          MirrorServiceGrpc.newFutureStub(server.callsChannel())
              .readBegin(reserving(space, pages(0, 1)));
      waitingReaders(server, space, 1);

      assertThat(waiting.cancel(true)).isTrue();
      waitingReaders(server, space, 0);
      host.end(id);

      long next = host.begin(unmap(space, pages(0, 1)).build());
      host.begin(unmap(space, pages(4, 1)).build());
      assertThat(host.notices().next().getCorrelationId()).as("not postponed").isEqualTo(next);
    }
  }

  /** Bounds that a busy machine keeps. */
  private static ServerConfig patient(int loops) {
    return TestServer.config(loops)
        .with("reservation.max", "10s")
        .with("reservation.begin-delay-max", "10s");
  }

  private static Token reserve(TestServer server, long space, AddressRange range) {
    return server.mirror().readBegin(reserving(space, range)).getToken();
  }

  private static ReadBeginRequest reserving(long space, AddressRange range) {
    return ReadBeginRequest.newBuilder()
        .setSpaceId(space)
        .addRanges(range)
        .setReserveMillis(10_000)
        .build();
  }

  private static long sequence(TestServer server, long space) {
    return server
        .spaces()
        .getAddressSpace(GetAddressSpaceRequest.newBuilder().setId(space).build())
        .getAddressSpace()
        .getSequence();
  }

  private static ListenableFuture<ReadBeginResponse> readBegin(
      TestServer server, long space, AddressRange range) {
    return MirrorServiceGrpc.newFutureStub(server.callsChannel())
        .readBegin(ReadBeginRequest.newBuilder().setSpaceId(space).addRanges(range).build());
  }

  private static ReadRetryResponse retry(TestServer server, Token token, AddressRange range) {
    return server
        .mirror()
        .readRetry(ReadRetryRequest.newBuilder().setToken(token).addRanges(range).build());
  }

  private static void waitingReaders(TestServer server, long space, int count) {
    await()
        .atMost(TestServer.PATIENCE)
        .until(
            () ->
                server
                        .spaces()
                        .getAddressSpace(GetAddressSpaceRequest.newBuilder().setId(space).build())
                        .getAddressSpace()
                        .getWaitingReaders()
                    == count);
  }
}
