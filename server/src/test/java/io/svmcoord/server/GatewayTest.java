package io.svmcoord.server;

import static io.svmcoord.server.Messages.errorInfo;
import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.ListSessionsRequest;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.MemberResponse;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.SessionState;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.SpacePosition;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices that share a stream: each with a session, a lease and acks of its own. */
class GatewayTest {
  private static final int TTL_MILLIS = 60_000;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void event_ofTwoMembersAndAnother_isOneEntryAndAckedByEach(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestGateway gateway = new TestGateway(server.channel());
      TestDevice one = gateway.device("one", TTL_MILLIS);
      TestDevice two = gateway.device("two", TTL_MILLIS);
      TestDevice three = server.device("three");
      one.subscribe(space, 1, pages(0, 2));
      two.subscribe(space, 1, pages(1, 2));
      three.subscribe(space, 1, pages(1, 1));
      TestHost host = server.host("host");

      host.begin(unmap(space, pages(1, 1)).build());
      Invalidate event = one.nextInvalidate();
      assertThat(two.nextInvalidate()).isEqualTo(event);
      assertThat(three.nextInvalidate()).isEqualTo(event);
      assertThat(gateway.entries().getLast().getMembersList()).containsExactly(1, 2);
      one.ack(event);
      three.ack(event);
      // A round trip behind the acks: they were handled, and the begin still waits.
      assertThat(one.heartbeat(1).getNumber()).isEqualTo(1);
      assertThat(three.heartbeat(1).getNumber()).isEqualTo(1);
      assertThat(host.notices().isEmpty()).isTrue();
      two.ack(event);

      assertThat(host.notices().next().hasBegun()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void listing_ofSessions_namesTheGatewayOfEachMember(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      ManagedChannel channel = server.channel();
      TestGateway gateway = new TestGateway(channel);
      TestDevice one = gateway.device("one", TTL_MILLIS);
      TestDevice two = gateway.device("two", TTL_MILLIS);
      TestGateway neighbour = new TestGateway(server.channel());
      TestDevice other = neighbour.device("other", TTL_MILLIS);
      TestDevice alone = new TestDevice(server.channel(), "alone", TTL_MILLIS);
      TestHost host = server.host("host");

      assertThat(session(server, one.id()).getGateway()).isEqualTo(1);
      assertThat(session(server, two.id()).getGateway()).isEqualTo(1);
      assertThat(session(server, two.id()).getPeer())
          .isEqualTo(session(server, one.id()).getPeer());
      assertThat(session(server, other.id()).getGateway()).isEqualTo(2);
      assertThat(session(server, alone.id()).getGateway()).isZero();
      assertThat(session(server, host.id()).getGateway()).isZero();

      channel.shutdownNow();
      await()
          .atMost(TestServer.PATIENCE)
          .until(() -> state(server, two) == SessionState.SESSION_STATE_SUSPECT);
      TestDevice oneAgain = one.resume(neighbour.carrier(TestGateway.READ));
      TestDevice aloneAgain = alone.resume(neighbour.carrier(TestGateway.READ));
      TestDevice otherAgain = other.resume(server.channel());

      for (TestDevice again : List.of(oneAgain, aloneAgain, otherAgain)) {
        assertThat(again.notices().next().hasResumed()).isTrue();
      }
      assertThat(session(server, one.id()).getGateway()).isEqualTo(2);
      assertThat(session(server, alone.id()).getGateway()).isEqualTo(2);
      assertThat(session(server, other.id()).getGateway()).isZero();
      assertThat(session(server, two.id()).getGateway()).as("that which broke").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void ack_ofManyMembersInOneEntry_countsForEach(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestGateway gateway = new TestGateway(server.channel());
      int members = 300;
      for (int i = 0; i < members; i++) {
        gateway.device("device-" + i, TTL_MILLIS).subscribe(space, 1, pages(0, 1));
      }
      int before = gateway.entries().size();
      TestHost host = server.host("host");

      host.begin(unmap(space, pages(0, 1)).build());
      await().atMost(TestServer.PATIENCE).until(() -> gateway.entries().size() > before);
      MemberResponse event = gateway.entries().getLast();
      gateway.send(
          MemberRequest.newBuilder()
              .addAllMembers(event.getMembersList())
              .setRequest(ack(event.getResponse().getNotices(0).getInvalidate())));

      assertThat(host.notices().next().getBegun().getFanOut().getSessionsNotified())
          .isEqualTo(members);
      assertThat(event.getMembersList()).as("of the one entry").hasSize(members);
      assertThat(gateway.entries()).hasSize(before + 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void eviction_ofOneMember_leavesTheOthers(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestGateway gateway = new TestGateway(server.channel());
      TestDevice good = gateway.device("good", TTL_MILLIS);
      TestDevice silent = gateway.device("silent", TTL_MILLIS);
      good.subscribe(space, 1, pages(0, 1));
      silent.subscribe(space, 1, pages(0, 1));
      TestHost host = server.host("host");

      host.begin(unmap(space, pages(0, 1)).setAckDeadlineMillis(50).build());
      good.ack(good.nextInvalidate());

      StatusRuntimeException end = silent.notices().error();
      assertThat(end.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(errorInfo(end).getReason()).isEqualTo("SESSION_EVICTED");
      assertThat(good.heartbeat(1).getNumber()).isEqualTo(1);
      assertThat(session(server, silent.id()).getState())
          .isEqualTo(SessionState.SESSION_STATE_EVICTED);
      assertThat(session(server, good.id()).getState())
          .isEqualTo(SessionState.SESSION_STATE_ACTIVE);
      // What crosses the end, an ack that is too late here, is ignored.
      gateway.send(MemberRequest.newBuilder().addMembers(2).setRequest(heartbeat(7)));
      assertThat(good.heartbeat(2).getNumber()).isEqualTo(2);
      assertThat(gateway.isClosed()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void member_withoutCredit_isCaughtUpWhileOthersAreToldAtOnce(int loops) {
    try (TestServer server =
        new TestServer(TestServer.config(loops).with("limits.merge-notices-per-session", "10"))) {
      long space = server.space("a");
      TestGateway gateway = new TestGateway(server.channel());
      TestDevice fast = gateway.device("fast", TTL_MILLIS);
      TestDevice deaf = new TestDevice(gateway.carrier(2), "deaf", TTL_MILLIS);
      fast.subscribe(space, 1, pages(0, 100));
      deaf.subscribe(space, 1, pages(0, 100));
      TestHost host = server.host("host");

      long begins = 50;
      for (int i = 0; i < begins; i++) {
        host.begin(unmap(space, pages(i, 1)).setAckDeadlineMillis(TTL_MILLIS).build());
        fast.ack(fast.nextInvalidate());
      }
      assertThat(deaf.notices().isEmpty()).as("nothing without credit").isTrue();
      gateway.send(MemberRequest.newBuilder().addMembers(2).setCredit(TestGateway.READ));

      SpaceBaseline caughtUp = deaf.notices().next().getCaughtUp();
      assertThat(caughtUp.getSequence()).isEqualTo(begins);
      assertThat(caughtUp.getChangedList()).containsExactly(pages(0, begins));
      deaf.send(
          DeviceSessionRequest.newBuilder()
              .addAcks(
                  Ack.newBuilder()
                      .setSpaceId(space)
                      .setEpoch(caughtUp.getEpoch())
                      .setSequence(caughtUp.getSequence())
                      .setAllUpTo(true))
              .build());
      for (int i = 0; i < begins; i++) {
        assertThat(host.notices().next().hasBegun()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void gateway_breaks_eachMemberIsSuspectAndResumesByItself(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      ManagedChannel channel = server.channel();
      TestGateway gateway = new TestGateway(channel);
      TestDevice one = gateway.device("one", TTL_MILLIS);
      TestDevice two = gateway.device("two", TTL_MILLIS);
      long version = one.subscribe(space, 1, pages(0, 1)).getVersion();
      two.subscribe(space, 1, pages(0, 1));
      TestHost host = server.host("host");
      host.begin(unmap(space, pages(0, 1)).setAckDeadlineMillis(TTL_MILLIS).build());
      Invalidate event = one.nextInvalidate();

      channel.shutdownNow();
      for (TestDevice device : List.of(one, two)) {
        await()
            .atMost(TestServer.PATIENCE)
            .until(() -> state(server, device) == SessionState.SESSION_STATE_SUSPECT);
      }
      SpacePosition position =
          SpacePosition.newBuilder()
              .setSpaceId(space)
              .setEpoch(event.getEpoch())
              .setVersion(version)
              .build();
      // One comes back on another gateway, the other one on a stream of its own.
      TestDevice oneAgain =
          one.resume(new TestGateway(server.channel()).carrier(TestGateway.READ), position);
      TestDevice twoAgain = two.resume(server.channel(), position);

      for (TestDevice again : List.of(oneAgain, twoAgain)) {
        assertThat(again.notices().next().hasResumed()).isTrue();
        assertThat(again.nextInvalidate()).as("told again").isEqualTo(event);
        again.ack(event);
      }
      assertThat(host.notices().next().hasBegun()).isTrue();
      assertThat(state(server, one)).isEqualTo(SessionState.SESSION_STATE_ACTIVE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void resume_withinTheGateway_supersedesTheOldMember(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      TestGateway gateway = new TestGateway(server.channel());
      TestDevice device = gateway.device("device", TTL_MILLIS);

      TestDevice again = device.resume(gateway.carrier(TestGateway.READ));

      assertThat(again.notices().next().hasResumed()).isTrue();
      assertThat(errorInfo(device.notices().error()).getReason()).isEqualTo("SESSION_RESUMED");
      assertThat(again.heartbeat(1).getNumber()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void member_thatEnds_endsAlone(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      TestGateway gateway = new TestGateway(server.channel());
      TestDevice detached = gateway.device("detached", TTL_MILLIS);
      TestDevice halfClosed = gateway.device("half-closed", TTL_MILLIS);
      TestDevice cancelled = gateway.device("cancelled", TTL_MILLIS);
      TestDevice wrong = gateway.device("wrong", TTL_MILLIS);
      TestDevice other = gateway.device("other", TTL_MILLIS);

      detached.command(DeviceCommand.newBuilder().setDetach(Detach.getDefaultInstance()));
      halfClosed.halfClose();
      gateway.send(
          MemberRequest.newBuilder().addMembers(3).setEnd(MemberRequest.End.END_CANCELLED));
      wrong.command(DeviceCommand.newBuilder().setOpen(OpenDevice.getDefaultInstance()));

      assertThat(detached.notices().closed()).isEmpty();
      assertThat(halfClosed.notices().closed()).isEmpty();
      assertThat(errorInfo(wrong.notices().error()).getMetadataMap())
          .containsEntry("field", "commands[0]");
      await()
          .atMost(TestServer.PATIENCE)
          .until(() -> state(server, cancelled) == SessionState.SESSION_STATE_SUSPECT);
      assertThat(state(server, detached)).isEqualTo(SessionState.SESSION_STATE_DETACHED);
      assertThat(state(server, halfClosed)).isEqualTo(SessionState.SESSION_STATE_SUSPECT);
      assertThat(state(server, wrong)).isEqualTo(SessionState.SESSION_STATE_SUSPECT);
      assertThat(other.heartbeat(1).getNumber()).isEqualTo(1);
      assertThat(state(server, other)).isEqualTo(SessionState.SESSION_STATE_ACTIVE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void halfClose_endsTheMembersAndTheGateway(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      TestGateway gateway = new TestGateway(server.channel());
      TestDevice one = gateway.device("one", TTL_MILLIS);
      TestDevice two = gateway.device("two", TTL_MILLIS);

      gateway.halfClose();

      assertThat(one.notices().closed()).isEmpty();
      assertThat(two.notices().closed()).isEmpty();
      assertThat(gateway.closed()).isEmpty();
      assertThat(state(server, one)).isEqualTo(SessionState.SESSION_STATE_SUSPECT);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void drain_endsGatewaysWhenTheirMembersLeft(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      TestGateway idle = new TestGateway(server.channel());
      TestDevice left = idle.device("left", TTL_MILLIS);
      left.command(DeviceCommand.newBuilder().setDetach(Detach.getDefaultInstance()));
      assertThat(left.notices().closed()).isEmpty();
      TestGateway busy = new TestGateway(server.channel());
      TestDevice device = busy.device("device", TTL_MILLIS);

      var _ = Thread.ofVirtual().start(() -> server.server().drain(TestServer.PATIENCE));
      assertThat(device.notices().next().hasDraining()).isTrue();
      assertThat(errorInfo(idle.closed().orElseThrow()).getReason()).isEqualTo("DRAINING");
      TestDevice late = device.resume(busy.carrier(TestGateway.READ));
      assertThat(errorInfo(late.notices().error()).getReason()).isEqualTo("DRAINING");
      device.command(DeviceCommand.newBuilder().setDetach(Detach.getDefaultInstance()));

      assertThat(device.notices().closed()).isEmpty();
      assertThat(errorInfo(busy.closed().orElseThrow()).getReason()).isEqualTo("DRAINING");
      server.server().awaitTermination();
    }
  }

  private static DeviceSessionRequest ack(Invalidate event) {
    return DeviceSessionRequest.newBuilder()
        .addAcks(
            Ack.newBuilder()
                .setSpaceId(event.getSpaceId())
                .setEpoch(event.getEpoch())
                .setSequence(event.getSequence()))
        .build();
  }

  private static DeviceSessionRequest heartbeat(long number) {
    return DeviceSessionRequest.newBuilder()
        .setHeartbeat(io.svmcoord.v1.Heartbeat.newBuilder().setNumber(number))
        .build();
  }

  private static SessionState state(TestServer server, TestDevice device) {
    return session(server, device.id()).getState();
  }

  private static io.svmcoord.v1.Session session(TestServer server, long id) {
    return server
        .introspection()
        .listSessions(ListSessionsRequest.newBuilder().setAfterId(id - 1).setPageSize(1).build())
        .getSessions(0);
  }
}
