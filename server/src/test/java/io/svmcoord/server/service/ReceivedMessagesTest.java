package io.svmcoord.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.server.kernel.Incarnation;
import io.svmcoord.server.kernel.KernelConfig;
import io.svmcoord.server.kernel.KernelObserver;
import io.svmcoord.server.kernel.Kernels;
import io.svmcoord.server.kernel.SessionKey;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How many messages of a client are taken before they are handled (promise G11). */
class ReceivedMessagesTest {
  private static final int FLOOD = SessionStream.RECEIVED_MAX - 2;

  private final FakeLoop kernelLoop = new FakeLoop();
  private final FakeLoop streamLoop = new FakeLoop();
  private final AtomicLong keys = new AtomicLong();
  private final FakeCall call = new FakeCall();

  private ServerCall.Listener<DeviceRequest> open(boolean isOnKernelLoop) {
    kernelLoop.current(isOnKernelLoop);
    streamLoop.current(!isOnKernelLoop);
    Services services =
        new Services(
            Kernels.fresh(
                new Incarnation(1, 1),
                KernelConfig.DEFAULTS,
                () -> new SessionKey(0, keys.incrementAndGet()),
                KernelObserver.NONE),
            new Loops(List.of(kernelLoop, streamLoop)),
            () -> 0,
            ServiceLimits.of(ServerConfig.defaults()),
            new NodeInfo("1", "fake", 2, 0),
            deadline -> {},
            () -> {});
    ServerCall.Listener<DeviceRequest> listener =
        handler(services.definitions()).startCall(call, new Metadata());
    listener.onMessage(
        DeviceRequest.of(
            DeviceSessionRequest.newBuilder()
                .addCommands(DeviceCommand.newBuilder().setOpen(OpenDevice.getDefaultInstance()))
                .build()));
    return listener;
  }

  @SuppressWarnings("unchecked") // The method's own types, as the server's definition has them.
  private static ServerCallHandler<DeviceRequest, Envelope> handler(
      List<ServerServiceDefinition> definitions) {
    String name = DeviceServiceGrpc.getDeviceSessionMethod().getFullMethodName();
    return (ServerCallHandler<DeviceRequest, Envelope>)
        definitions.stream()
            .filter(service -> service.getMethod(name) != null)
            .findFirst()
            .orElseThrow()
            .getMethod(name)
            .getServerCallHandler();
  }

  private static DeviceRequest updateOfNoSpace() {
    UpdateSubscriptions.Builder update = UpdateSubscriptions.newBuilder().setSpaceId(404);
    return DeviceRequest.of(
        DeviceSessionRequest.newBuilder()
            .addCommands(DeviceCommand.newBuilder().setUpdate(update))
            .build());
  }

  private static DeviceRequest heartbeat(long number) {
    return DeviceRequest.of(
        DeviceSessionRequest.newBuilder()
            .setHeartbeat(Heartbeat.newBuilder().setNumber(number))
            .build());
  }

  @Test
  void received_onAnotherLoop_isBoundedUntilTheKernelHandledIt() {
    var listener = open(false);
    for (int i = 1; i < SessionStream.RECEIVED_MAX; i++) {
      listener.onMessage(heartbeat(i));
    }
    assertThat(call.requested()).as("before any is handled").isEqualTo(SessionStream.RECEIVED_MAX);

    kernelLoop.runAll();
    streamLoop.runAll();

    assertThat(call.requested()).isEqualTo(2L * SessionStream.RECEIVED_MAX);
    assertThat(call.messages()).isNotEmpty();
  }

  @Test
  void heartbeat_behindAFloodOfCommands_isAnsweredFirst() {
    var listener = open(false);
    kernelLoop.runAll();
    streamLoop.runAll();
    for (int i = 0; i < FLOOD; i++) {
      listener.onMessage(updateOfNoSpace());
    }
    listener.onMessage(heartbeat(7));

    kernelLoop.runAll();
    streamLoop.runAll();

    assertThat(call.notices())
        .filteredOn(notice -> !notice.hasOpened())
        .hasSize(1 + FLOOD)
        .satisfies(
            notices -> assertThat(notices.getFirst().getHeartbeat().getNumber()).isEqualTo(7))
        .filteredOn(DeviceNotice::hasFailed)
        .hasSize(FLOOD);
  }

  @Test
  void received_onTheKernelsLoop_isHandledAtOnce() {
    var listener = open(true);
    listener.onMessage(heartbeat(1));

    kernelLoop.runAll();

    assertThat(call.requested()).isEqualTo(Integer.MAX_VALUE);
    assertThat(call.numbers()).contains(1L);
  }
}
