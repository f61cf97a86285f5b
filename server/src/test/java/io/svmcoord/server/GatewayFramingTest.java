package io.svmcoord.server;

import static io.svmcoord.server.Messages.errorInfo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.ListSessionsRequest;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.SessionState;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a gateway does not take: of its framing, and more than its limits. */
class GatewayFramingTest {
  private static final int TTL_MILLIS = 60_000;

  private static final DeviceSessionRequest OPEN =
      DeviceSessionRequest.newBuilder()
          .addCommands(DeviceCommand.newBuilder().setOpen(OpenDevice.getDefaultInstance()))
          .build();

  private static final DeviceSessionRequest HEARTBEAT =
      DeviceSessionRequest.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNumber(1)).build();

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of(entry(List.of(), HEARTBEAT), "members", "empty", "the members that it is for"),
        Arguments.of(entry(List.of(0), HEARTBEAT), "members", "0", "above 0"),
        Arguments.of(entry(List.of(3), OPEN), "members", "3", "at most the next new member, 2"),
        Arguments.of(entry(List.of(-1), OPEN), "members", "4294967295", "at most the next"),
        Arguments.of(entry(List.of(1, 1), HEARTBEAT), "members", "1", "ascending, above 1"),
        Arguments.of(entry(List.of(2, 1), OPEN), "members", "1", "ascending, above 2"),
        Arguments.of(
            MemberRequest.newBuilder().addMembers(2).setCredit(1),
            "request",
            "not set",
            "what opens member 2"));
  }

  private static MemberRequest.Builder entry(List<Integer> members, DeviceSessionRequest request) {
    return MemberRequest.newBuilder().addAllMembers(members).setRequest(request);
  }

  /** Nothing of the message is carried out, and each member's stream is broken. */
  @ParameterizedTest
  @MethodSource("wrong")
  void framing_broken_endsTheGatewayAndSaysWhat(
      MemberRequest.Builder wrong, String field, String value, String expected) {
    try (TestServer server = TestServer.withLoops(1)) {
      TestGateway gateway = new TestGateway(server.channel());
      TestDevice device = gateway.device("device", TTL_MILLIS);

      gateway.send(entry(List.of(1), HEARTBEAT), wrong);

      StatusRuntimeException error = gateway.closed().orElseThrow();
      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(errorInfo(error).getMetadataMap())
          .containsEntry("field", "requests[1]." + field)
          .containsEntry("value", value);
      assertThat(error.getStatus().getDescription()).contains(expected);
      assertThat(device.notices().isEmpty()).as("the heartbeat before is not answered").isTrue();
      await()
          .atMost(TestServer.PATIENCE)
          .until(() -> state(server, device) == SessionState.SESSION_STATE_SUSPECT);
      assertThat(device.resume(server.channel()).notices().next().hasResumed()).isTrue();
    }
  }

  @Test
  void member_thatDoesNotOpen_endsAlone() {
    try (TestServer server = TestServer.withLoops(1)) {
      TestGateway gateway = new TestGateway(server.channel());
      TestDevice device = gateway.device("device", TTL_MILLIS);
      Notices<io.svmcoord.v1.DeviceSessionResponse, io.svmcoord.v1.DeviceNotice> notices =
          new Notices<>(io.svmcoord.v1.DeviceSessionResponse::getNoticesList);

      gateway.carrier(TestGateway.READ).stream(notices).onNext(HEARTBEAT);

      assertThat(errorInfo(notices.error()).getMetadataMap())
          .containsEntry("field", "commands[0]")
          .containsEntry("value", "not open");
      assertThat(device.heartbeat(1).getNumber()).isEqualTo(1);
    }
  }

  @Test
  void members_oneTooMany_isRefusedAloneUntilThereIsRoom() {
    try (TestServer server =
        new TestServer(TestServer.config(1).with("limits.members-per-gateway", "2"))) {
      TestGateway gateway = new TestGateway(server.channel());
      TestDevice one = gateway.device("one", TTL_MILLIS);
      TestDevice two = gateway.device("two", TTL_MILLIS);

      Notices<io.svmcoord.v1.DeviceSessionResponse, io.svmcoord.v1.DeviceNotice> notices =
          new Notices<>(io.svmcoord.v1.DeviceSessionResponse::getNoticesList);
      gateway.carrier(TestGateway.READ).stream(notices).onNext(OPEN);

      assertThat(errorInfo(notices.error()).getMetadataMap())
          .containsEntry("limit", "limits.members-per-gateway")
          .containsEntry("max", "2");
      assertThat(one.heartbeat(1).getNumber()).isEqualTo(1);
      two.halfClose();
      assertThat(two.notices().closed()).isEmpty();
      assertThat(gateway.device("three", TTL_MILLIS).heartbeat(1).getNumber()).isEqualTo(1);
    }
  }

  /** A message of 30 kB that asks for as much work as one of 3 MB. */
  @Test
  void message_thatStandsForTooMuch_endsTheGateway() {
    try (TestServer server =
        new TestServer(TestServer.config(1).with("limits.gateway-message-bytes", "1048576"))) {
      TestGateway gateway = new TestGateway(server.channel());
      int members = 100;
      for (int i = 0; i < members; i++) {
        gateway.device("device-" + i, TTL_MILLIS);
      }
      List<Integer> all = IntStream.rangeClosed(1, members).boxed().toList();
      DeviceSessionRequest acks =
          DeviceSessionRequest.newBuilder()
              .addAllAcks(
                  Collections.nCopies(
                      4096, Ack.newBuilder().setSpaceId(1).setEpoch(1).setSequence(1).build()))
              .build();

      gateway.send(entry(all, acks));

      StatusRuntimeException error = gateway.closed().orElseThrow();
      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(errorInfo(error).getMetadataMap())
          .containsEntry("limit", "limits.gateway-message-bytes");
    }
  }

  private static SessionState state(TestServer server, TestDevice device) {
    return server
        .introspection()
        .listSessions(
            ListSessionsRequest.newBuilder().setAfterId(device.id() - 1).setPageSize(1).build())
        .getSessions(0)
        .getState();
  }
}
