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
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.MemberResponse;
import io.svmcoord.v1.OpenDevice;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A gateway whose members, or which itself, is not read. */
class GatewayStreamTest {
  private static final int MEMBERS_MAX = 4;

  private static final DeviceSessionRequest OPEN =
      DeviceSessionRequest.newBuilder()
          .addCommands(DeviceCommand.newBuilder().setOpen(OpenDevice.getDefaultInstance()))
          .build();

  private static final DeviceSessionRequest HEARTBEAT =
      DeviceSessionRequest.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNumber(1)).build();

  private final FakeLoop loop = new FakeLoop();
  private final FakeGatewayCall call = new FakeGatewayCall();
  private final AtomicLong keys = new AtomicLong();
  private final Coordinator coordinator =
      new Coordinator(
          0,
          Past.none(new Incarnation(1, 1)),
          KernelConfig.DEFAULTS,
          Memory.NONE,
          () -> new SessionKey(0, keys.incrementAndGet()),
          KernelObserver.NONE);
  private final ServerCall.Listener<DeviceGatewayRequest> gateway = start();

  @SuppressWarnings("unchecked") // The method's own types, as the server's definition has them.
  private ServerCall.Listener<DeviceGatewayRequest> start() {
    Services services =
        new Services(
            coordinator,
            new Loops(List.of(loop)),
            () -> 0,
            ServiceLimits.of(
                ServerConfig.defaults()
                    .with("limits.members-per-gateway", Integer.toString(MEMBERS_MAX))),
            new NodeInfo("1", "fake", 1, 0),
            deadline -> {},
            () -> {});
    String name = DeviceGatewayServiceGrpc.getDeviceGatewayMethod().getFullMethodName();
    ServerCallHandler<DeviceGatewayRequest, GatewayEnvelope> handler =
        (ServerCallHandler<DeviceGatewayRequest, GatewayEnvelope>)
            services.definitions().stream()
                .map(service -> service.getMethod(name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow()
                .getServerCallHandler();
    return handler.startCall(call, new Metadata());
  }

  private void send(DeviceSessionRequest request, int credit, Integer... members) {
    gateway.onMessage(
        DeviceGatewayRequest.newBuilder()
            .addRequests(
                MemberRequest.newBuilder()
                    .addAllMembers(List.of(members))
                    .setRequest(request)
                    .setCredit(credit))
            .build());
    loop.runAll();
  }

  /** Who was told something since the message of this number, in order. */
  private List<Integer> toldSince(int message) {
    return call.messages().stream()
        .skip(message)
        .flatMap(each -> each.getResponsesList().stream())
        .map(MemberResponse::getMembersList)
        .flatMap(List::stream)
        .toList();
  }

  @Test
  void member_withoutCredit_waitsAlone() {
    send(OPEN, 1, 1, 2);
    send(HEARTBEAT, 0, 2);
    assertThat(toldSince(0)).containsExactly(1, 2);

    gateway.onMessage(
        DeviceGatewayRequest.newBuilder()
            .addRequests(MemberRequest.newBuilder().addMembers(1).setCredit(5))
            .build());
    send(HEARTBEAT, 0, 1, 2);
    assertThat(toldSince(1)).containsExactly(1);

    gateway.onMessage(
        DeviceGatewayRequest.newBuilder()
            .addRequests(MemberRequest.newBuilder().addMembers(2).setCredit(1))
            .build());
    loop.runAll();
    assertThat(toldSince(2)).containsExactly(2);
    assertThat(call.entries().getLast().getResponse().getNoticesCount())
        .as("what waited, in one message")
        .isEqualTo(2);
  }

  @Test
  void gateway_thatIsNotRead_goesOnWithAllMembersInTurn() {
    send(OPEN, 100, 1, 2, 3);
    call.readyFor(0);
    send(HEARTBEAT, 0, 1, 2, 3);
    assertThat(call.messages()).hasSize(1);

    call.readyFor(1);
    gateway.onReady();
    loop.runAll();

    assertThat(call.messages()).hasSize(2);
    assertThat(toldSince(1)).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void ends_thatAreNotRead_endTheGatewayAtTheLimit() {
    send(OPEN, 1, 1);
    call.readyFor(0);
    for (int member = 2; member <= MEMBERS_MAX + 3 && call.status() == null; member++) {
      send(HEARTBEAT, 1, member);
    }

    assertThat(Objects.requireNonNull(call.status()).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(call.messages()).hasSize(1);
    assertThat(coordinator.sessions(0, 0, 10).rows())
        .singleElement()
        .satisfies(row -> assertThat(row.state()).isEqualTo(SessionState.SUSPECT));
  }

  @Test
  void gateway_cancelled_breaksEachMember() {
    send(OPEN, 1, 1, 2, 3);

    gateway.onCancel();
    loop.runAll();

    assertThat(coordinator.sessions(0, 0, 10).rows())
        .hasSize(3)
        .allSatisfy(row -> assertThat(row.state()).isEqualTo(SessionState.SUSPECT));
  }

  @Test
  void members_ofAnyNumber_areFound() {
    Members members = new Members();
    GatewayOutbox outbox = new GatewayOutbox(call, new LoopOutbox(loop));
    IntStream.rangeClosed(1, 100)
        .forEach(
            number ->
                members.add(
                    new MemberCall(
                        (GatewayStream) gateway,
                        outbox,
                        new FakeCall().getMethodDescriptor(),
                        number)));
    for (int number = 1; number <= 100; number += 3) {
      assertThat(members.remove(Objects.requireNonNull(members.find(number)))).isTrue();
    }

    for (int number : new int[] {100, 2, 99, 98, 3, 5, 50}) {
      MemberCall found = members.find(number);
      assertThat(found == null ? 0 : found.number()).isEqualTo(number % 3 == 1 ? 0 : number);
    }
    assertThat(members.find(101)).isNull();
    assertThat(members.removeAll()).hasSize(66);
    assertThat(members.size()).isZero();
  }
}
