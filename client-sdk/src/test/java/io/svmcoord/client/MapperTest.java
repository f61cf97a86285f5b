package io.svmcoord.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.MirrorServiceGrpc;
import io.svmcoord.v1.ReadBeginRequest;
import io.svmcoord.v1.ReadBeginResponse;
import io.svmcoord.v1.ReadRetryRequest;
import io.svmcoord.v1.ReadRetryResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** read_begin while the coordinator's grace is on (promise G10), and the hint of check_retry. */
final class MapperTest {
  private static final long SPACE = 42;
  private static final long RESERVATION = 7;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final AtomicInteger refusalsLeft = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private final List<Long> checked = new CopyOnWriteArrayList<>();
  private volatile boolean isInvalidated;
  private Server server;
  private SvmClient client;

  @BeforeEach
  void connect() throws IOException {
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(new RefusingMirrors())
            .build()
            .start();
    ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    client = SvmClient.builder("fake").environment(new InProcessEnvironment(channel)).build();
  }

  @AfterEach
  void close() {
    client.close();
    server.shutdownNow();
  }

  /** Refuses so often, then answers. */
  private final class RefusingMirrors extends MirrorServiceGrpc.MirrorServiceImplBase {
    @Override
    public void readBegin(ReadBeginRequest request, StreamObserver<ReadBeginResponse> observer) {
      calls.incrementAndGet();
      if (refusalsLeft.getAndDecrement() > 0) {
        observer.onError(inGrace());
      } else {
        observer.onNext(
            ReadBeginResponse.newBuilder()
                .setToken(
                    io.svmcoord.v1.Token.newBuilder().setSpaceId(SPACE).setReservation(RESERVATION))
                .build());
        observer.onCompleted();
      }
    }

    @Override
    public void readRetry(ReadRetryRequest request, StreamObserver<ReadRetryResponse> observer) {
      checked.add(request.getToken().getReservation());
      ReadRetryResponse.Builder answer = ReadRetryResponse.newBuilder();
      if (isInvalidated) {
        answer.setRetry(true).setCause(ReadRetryResponse.Cause.CAUSE_INVALIDATED);
      }
      observer.onNext(answer.build());
      observer.onCompleted();
    }

    private Exception inGrace() {
      return StatusProto.toStatusRuntimeException(
          com.google.rpc.Status.newBuilder()
              .setCode(Code.UNAVAILABLE_VALUE)
              .addDetails(
                  Any.pack(
                      ErrorInfo.newBuilder()
                          .setDomain(Errors.DOMAIN)
                          .setReason("IN_GRACE")
                          .putMetadata("retry_after_nanos", "1000000")
                          .build()))
              .build());
    }
  }

  @Test
  void readBegin_inGrace_asksAgainUntilItIsOver() {
    refusalsLeft.set(3);

    Token token = client.mapper(SPACE).readBegin(List.of(FakeCoordinator.pages(0, 1)), PATIENCE);

    assertThat(token.spaceId()).isEqualTo(SPACE);
    assertThat(calls).hasValue(4);
  }

  @Test
  void readBegin_inGraceForLonger_failsAtTheCallersDeadline() {
    refusalsLeft.set(Integer.MAX_VALUE);

    assertThatThrownBy(
            () ->
                client
                    .mapper(SPACE)
                    .readBegin(List.of(FakeCoordinator.pages(0, 1)), Duration.ofSeconds(2)))
        .isInstanceOf(TimedOutException.class);
    assertThat(calls.get()).isGreaterThan(1);
  }

  @Test
  void checkRetry_beforeAndAfterAnInvalidation_saysSoAndKeepsTheReservation() {
    List<AddressRange> ranges = List.of(FakeCoordinator.pages(0, 1));
    Mapper mapper = client.mapper(SPACE);
    Token token = mapper.readBegin(ranges, PATIENCE);

    assertThat(mapper.checkRetry(token, ranges)).isFalse();
    isInvalidated = true;
    assertThat(mapper.checkRetry(token, ranges)).isTrue();
    assertThat(mapper.readRetry(token, ranges)).isEqualTo(RetryResult.INVALIDATED);

    assertThat(checked).containsExactly(0L, 0L, RESERVATION);
  }
}
