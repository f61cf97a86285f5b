package io.svmcoord.server;

import static io.svmcoord.server.Messages.errorInfo;
import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.EvictSessionRequest;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.HostSessionResponse;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.ListSessionsRequest;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.OpenHost;
import io.svmcoord.v1.Session;
import io.svmcoord.v1.SessionRole;
import io.svmcoord.v1.SessionState;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How session streams open, break and close. */
class SessionStreamTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void open_defaults_grantsTheContractsLease(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      TestDevice device = server.device("gpu");

      assertThat(device.opened().getTtlMillis()).isEqualTo(3000);
      assertThat(device.opened().getHeartbeatMillis()).isEqualTo(600);
      assertThat(device.opened().getGuardMillis())
          .as("a tenth, and a thousandth for the clocks' rates")
          .isEqualTo(303);
      assertThat(device.opened().getSessionKey().size()).isEqualTo(16);
      assertThat(device.opened().getIncarnation().size()).isEqualTo(16);
      Session session = session(server, device.id());
      assertThat(session.getName()).isEqualTo("gpu");
      assertThat(session.getRole()).isEqualTo(SessionRole.SESSION_ROLE_DEVICE);
      assertThat(session.getState()).isEqualTo(SessionState.SESSION_STATE_ACTIVE);
      assertThat(session.getPeer()).startsWith("127.0.0.1:");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void detach_closesWithOkAndFreesAtOnce(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = new TestDevice(server.channel(), "gpu", 60_000);
      device.subscribe(space, 1, pages(0, 1));
      TestHost host = server.host("host");
      host.begin(unmap(space, pages(0, 1)).build());
      device.nextInvalidate();

      device.command(DeviceCommand.newBuilder().setDetach(Detach.getDefaultInstance()));

      assertThat(device.notices().closed()).isEmpty();
      assertThat(host.notices().next().hasBegun()).isTrue();
      assertThat(session(server, device.id()).getState())
          .isEqualTo(SessionState.SESSION_STATE_DETACHED);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void halfClose_withoutDetach_makesItSuspect(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      TestDevice device = new TestDevice(server.channel(), "gpu", 60_000);

      device.halfClose();

      assertThat(device.notices().closed()).isEmpty();
      assertThat(session(server, device.id()).getState())
          .isEqualTo(SessionState.SESSION_STATE_SUSPECT);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void connection_cut_makesItSuspectUntilItNamesItsKey(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      ManagedChannel channel = server.channel();
      TestDevice device = new TestDevice(channel, "gpu", 60_000);
      channel.shutdownNow();
      await()
          .atMost(TestServer.PATIENCE)
          .until(
              () -> session(server, device.id()).getState() == SessionState.SESSION_STATE_SUSPECT);

      Notices<DeviceSessionResponse, DeviceNotice> again = deviceNotices();
      deviceStream(server, again)
          .onNext(open(OpenDevice.newBuilder().setName("gpu").setPreviousSessionKey(device.key())));

      assertThat(again.next().hasOpened()).isTrue();
      assertThat(session(server, device.id()).getState())
          .isEqualTo(SessionState.SESSION_STATE_DETACHED);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void heartbeats_keepALeaseThatRunsOutWithoutThem(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      TestDevice device = new TestDevice(server.channel(), "gpu", 500);

      assertThat(device.heartbeat(7).getNumber()).isEqualTo(7);
      assertThat(device.heartbeat(8).getTtlMillis()).isEqualTo(500);

      StatusRuntimeException error = device.notices().error();
      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(errorInfo(error).getReason()).isEqualTo("SESSION_EXPIRED");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void evict_byOperator_closesTheStream(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      TestDevice device = new TestDevice(server.channel(), "gpu", 60_000);

      var _ =
          server
              .introspection()
              .evictSession(
                  EvictSessionRequest.newBuilder()
                      .setSessionId(device.id())
                      .setCause("maintenance")
                      .build());

      StatusRuntimeException error = device.notices().error();
      assertThat(errorInfo(error).getReason()).isEqualTo("SESSION_EVICTED");
      assertThat(error.getStatus().getDescription()).contains("maintenance");
      assertThat(session(server, device.id()).getState())
          .isEqualTo(SessionState.SESSION_STATE_EVICTED);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void acks_andHeartbeat_areHandledBeforeCommandsOfTheirMessage(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = server.device("gpu");
      device.subscribe(space, 1, pages(0, 1));
      TestHost host = server.host("host");
      host.begin(unmap(space, pages(0, 1)).build());
      Invalidate event = device.nextInvalidate();

      device.send(
          DeviceSessionRequest.newBuilder()
              .addCommands(
                  DeviceCommand.newBuilder()
                      .setCorrelationId(9)
                      .setUpdate(
                          UpdateSubscriptions.newBuilder()
                              .setSpaceId(space)
                              .addAdd(
                                  Subscription.newBuilder()
                                      .setSubscriptionId(2)
                                      .setRange(pages(1, 1)))))
              .setHeartbeat(Heartbeat.newBuilder().setNumber(3))
              .addAcks(
                  Ack.newBuilder()
                      .setSpaceId(space)
                      .setEpoch(event.getEpoch())
                      .setSequence(event.getSequence()))
              .build());

      assertThat(device.notices().next().getHeartbeat().getNumber()).isEqualTo(3);
      assertThat(device.notices().next().getUpdated().getCorrelationId()).isEqualTo(9);
      assertThat(host.notices().next().hasBegun()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void deviceStream_brokenFraming_isClosedNamingTheField(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      assertBroken(server, List.of(DeviceSessionRequest.getDefaultInstance()), "commands[0]");
      assertBroken(
          server,
          List.of(
              DeviceSessionRequest.newBuilder()
                  .addCommands(DeviceCommand.newBuilder().setDetach(Detach.getDefaultInstance()))
                  .build()),
          "commands[0]");
      assertBroken(
          server,
          List.of(open(OpenDevice.newBuilder()), open(OpenDevice.newBuilder())),
          "commands[0]");
      assertBroken(
          server,
          List.of(
              open(OpenDevice.newBuilder()),
              DeviceSessionRequest.newBuilder()
                  .addAllAcks(Collections.nCopies(4097, Ack.getDefaultInstance()))
                  .build()),
          "acks");
      assertBroken(
          server,
          List.of(
              open(OpenDevice.newBuilder()),
              DeviceSessionRequest.newBuilder()
                  .addAllCommands(Collections.nCopies(257, DeviceCommand.getDefaultInstance()))
                  .build()),
          "commands");
      assertBroken(server, List.of(open(OpenDevice.newBuilder().setTtlMillis(499))), "ttl_millis");
      assertBroken(server, List.of(open(OpenDevice.newBuilder().setName("x".repeat(129)))), "name");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void hostStream_brokenFraming_isClosedNamingTheField(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      HostCommand heartbeat =
          HostCommand.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();
      HostCommand open = HostCommand.newBuilder().setOpen(OpenHost.getDefaultInstance()).build();
      assertBrokenHost(server, List.of(heartbeat), "commands[0]");
      assertBrokenHost(server, List.of(open, heartbeat, open), "commands[2]");
      assertBrokenHost(server, Collections.nCopies(257, heartbeat), "commands");
    }
  }

  private static void assertBroken(
      TestServer server, List<DeviceSessionRequest> requests, String field) {
    Notices<DeviceSessionResponse, DeviceNotice> notices = deviceNotices();
    StreamObserver<DeviceSessionRequest> stream = deviceStream(server, notices);
    requests.forEach(stream::onNext);
    assertInvalid(notices.error(), field);
  }

  private static void assertBrokenHost(
      TestServer server, List<HostCommand> commands, String field) {
    Notices<HostSessionResponse, HostNotice> notices =
        new Notices<>(HostSessionResponse::getNoticesList);
    InvalidationServiceGrpc.newStub(server.callsChannel())
        .hostSession(notices)
        .onNext(HostSessionRequest.newBuilder().addAllCommands(commands).build());
    assertInvalid(notices.error(), field);
  }

  private static void assertInvalid(StatusRuntimeException error, String field) {
    assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(errorInfo(error).getMetadataMap()).containsEntry("field", field);
  }

  private static Notices<DeviceSessionResponse, DeviceNotice> deviceNotices() {
    return new Notices<>(DeviceSessionResponse::getNoticesList);
  }

  private static StreamObserver<DeviceSessionRequest> deviceStream(
      TestServer server, Notices<DeviceSessionResponse, DeviceNotice> notices) {
    return DeviceServiceGrpc.newStub(server.callsChannel()).deviceSession(notices);
  }

  private static DeviceSessionRequest open(OpenDevice.Builder open) {
    return DeviceSessionRequest.newBuilder()
        .addCommands(DeviceCommand.newBuilder().setOpen(open))
        .build();
  }

  private static Session session(TestServer server, long id) {
    return server
        .introspection()
        .listSessions(ListSessionsRequest.newBuilder().setAfterId(id - 1).setPageSize(1).build())
        .getSessions(0);
  }
}
