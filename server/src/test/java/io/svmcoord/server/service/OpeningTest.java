package io.svmcoord.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.Incarnation;
import io.svmcoord.server.kernel.KernelConfig;
import io.svmcoord.server.kernel.KernelObserver;
import io.svmcoord.server.kernel.Memory;
import io.svmcoord.server.kernel.Past;
import io.svmcoord.server.kernel.SessionKey;
import io.svmcoord.server.kernel.SessionState;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.OpenDevice;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream whose session is not remembered yet: nothing is said, nothing is lost (promise G10). */
class OpeningTest {
  private final FakeLoop loop = new FakeLoop();
  private final FakeCall call = new FakeCall();
  private final AtomicLong keys = new AtomicLong();
  private final AtomicLong noted = new AtomicLong();
  private final Memory memory =
      (number, change) -> {
        noted.set(number);
        return false;
      };
  private final Coordinator coordinator =
      new Coordinator(
          0,
          Past.none(new Incarnation(1, 1)),
          KernelConfig.DEFAULTS,
          memory,
          () -> new SessionKey(0, keys.incrementAndGet()),
          KernelObserver.NONE);
  private final Services services =
      new Services(
          coordinator,
          new Loops(List.of(loop)),
          () -> 0,
          ServiceLimits.of(ServerConfig.defaults()),
          new NodeInfo("1", "fake", 1, 0),
          deadline -> {},
          () -> {});
  private ServerCall.Listener<DeviceRequest> listener;

  @BeforeEach
  @SuppressWarnings("unchecked") // The method's own types, as the server's definition has them.
  void open() {
    String name = DeviceServiceGrpc.getDeviceSessionMethod().getFullMethodName();
    ServerCallHandler<DeviceRequest, Envelope> handler =
        (ServerCallHandler<DeviceRequest, Envelope>)
            services.definitions().stream()
                .map(service -> service.getMethod(name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow()
                .getServerCallHandler();
    listener = handler.startCall(call, new Metadata());
    listener.onMessage(
        DeviceRequest.of(
            DeviceSessionRequest.newBuilder()
                .addCommands(DeviceCommand.newBuilder().setOpen(OpenDevice.getDefaultInstance()))
                .setHeartbeat(Heartbeat.newBuilder().setNumber(1))
                .build()));
  }

  private static DeviceRequest heartbeat(long number) {
    return DeviceRequest.of(
        DeviceSessionRequest.newBuilder()
            .setHeartbeat(Heartbeat.newBuilder().setNumber(number))
            .build());
  }

  private List<DeviceNotice> notices() {
    loop.runAll();
    return call.messages().stream().flatMap(message -> message.getNoticesList().stream()).toList();
  }

  @Test
  void messages_beforeTheSessionIsRemembered_areAnsweredAfterItInOrder() {
    listener.onMessage(heartbeat(2));
    assertThat(notices()).isEmpty();

    services.remembered(noted.get());
    listener.onMessage(heartbeat(3));

    List<DeviceNotice> notices = notices();
    assertThat(notices.getFirst().hasOpened()).isTrue();
    assertThat(notices.subList(1, notices.size()))
        .extracting(notice -> notice.getHeartbeat().getNumber())
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void session_cantBeRemembered_streamEndsUnavailable() {
    services.notRemembered(noted.get(), "disk full");
    loop.runAll();

    Status status = Objects.requireNonNull(call.status());
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).contains("disk full");
    assertThat(coordinator.sessions(0, 0, 10).rows()).isEmpty();
  }

  @Test
  void stream_brokenBeforeTheSessionIsRemembered_sessionIsOverAtOnce() {
    listener.onCancel();
    services.remembered(noted.get());
    loop.runAll();

    assertThat(coordinator.sessions(0, 0, 10).rows())
        .singleElement()
        .satisfies(row -> assertThat(row.state()).isEqualTo(SessionState.DETACHED));
    assertThat(call.messages()).isEmpty();
  }

  @Test
  void messages_moreThanMayWait_endTheStream() {
    for (int i = 0; i <= SessionStream.EARLY_MAX; i++) {
      listener.onMessage(heartbeat(i));
    }
    loop.runAll();

    assertThat(Objects.requireNonNull(call.status()).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }
}
