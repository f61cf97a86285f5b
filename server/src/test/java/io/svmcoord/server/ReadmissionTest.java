package io.svmcoord.server;

import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.ListSessionsRequest;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.Refusal;
import io.svmcoord.v1.SessionState;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Devices that are evicted again and again, over the wire. */
class ReadmissionTest {
  private static final int TTL_MILLIS = 60_000;

  private static ServerConfig config() {
    return TestServer.config(1)
        .with("readmission.delay-first", "10s")
        .with("readmission.delay-max", "20s");
  }

  /** Opens a device and has it evicted: it refuses what it may not refuse. */
  private static TestDevice evicted(TestServer server, TestHost host, long space, String name) {
    TestDevice device = new TestDevice(server.channel(), name, TTL_MILLIS);
    device.subscribe(space, 1, pages(0, 1));
    host.begin(unmap(space, pages(0, 1)).build());
    Invalidate event = device.nextInvalidate();
    device.refuse(event, Refusal.Cause.CAUSE_WOULD_BLOCK);
    assertThat(device.notices().error().getStatus().getCode())
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
    return device;
  }

  private static Notices<DeviceSessionResponse, DeviceNotice> open(
      TestServer server, String name, ByteString previousKey) {
    Notices<DeviceSessionResponse, DeviceNotice> notices =
        new Notices<>(DeviceSessionResponse::getNoticesList);
    StreamObserver<DeviceSessionRequest> requests =
        DeviceServiceGrpc.newStub(server.channel()).deviceSession(notices);
    requests.onNext(
        DeviceSessionRequest.newBuilder()
            .addCommands(
                DeviceCommand.newBuilder()
                    .setOpen(
                        OpenDevice.newBuilder()
                            .setName(name)
                            .setTtlMillis(TTL_MILLIS)
                            .setPreviousSessionKey(previousKey)))
            .build());
    return notices;
  }

  @Test
  void open_evictedTwice_isDelayedAndItsFormerSessionCountsAsLeft() throws Exception {
    try (TestServer server = new TestServer(config())) {
      long space = server.space("a");
      TestHost host = server.host("host");
      TestDevice first = evicted(server, host, space, "bad");
      assertThat(open(server, "bad", first.key()).next().hasOpened())
          .as("at once after the first time")
          .isTrue();
      assertThat(host.notices().next().hasBegun()).isTrue();
      TestDevice second = evicted(server, host, space, "bad");

      StatusRuntimeException refused = open(server, "bad", second.key()).error();

      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      com.google.rpc.Status status =
          Objects.requireNonNull(StatusProto.fromThrowable(refused), "status");
      ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
      assertThat(info.getReason()).isEqualTo("READMISSION_DELAYED");
      assertThat(info.getMetadataOrThrow("evictions")).isEqualTo("2");
      RetryInfo retry = status.getDetails(1).unpack(RetryInfo.class);
      assertThat(retry.getRetryDelay().getSeconds()).isBetween(0L, 9L);
      assertThat(host.notices().next().hasBegun())
          .as("its former session is not waited for: it said that it has dropped everything")
          .isTrue();
      assertThat(open(server, "good", ByteString.EMPTY).next().hasOpened()).isTrue();
      assertThat(server.admin("/metrics").body()).contains("svm_readmissions_delayed_total 1.0");
    }
  }

  @Test
  void evictedSessions_areListedWithStateReasonAndTime() {
    try (TestServer server = new TestServer(config())) {
      long space = server.space("a");
      TestHost host = server.host("host");
      TestDevice device = evicted(server, host, space, "bad");

      assertThat(
              server
                  .introspection()
                  .listSessions(ListSessionsRequest.getDefaultInstance())
                  .getSessionsList())
          .filteredOn(session -> session.getId() == device.id())
          .singleElement()
          .satisfies(
              session -> {
                assertThat(session.getState()).isEqualTo(SessionState.SESSION_STATE_EVICTED);
                assertThat(session.getEndCause()).isEqualTo("REFUSED_BLOCKABLE: no");
                assertThat(session.getLeaseLeftMillis()).isPositive();
                assertThat(session.getOverMillis()).as("its lease is waited for").isZero();
              });
    }
  }
}
