package io.svmcoord.server;

import static io.svmcoord.server.Messages.errorInfo;
import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.EvictSessionRequest;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationId;
import io.svmcoord.v1.ListSessionsRequest;
import io.svmcoord.v1.ResumeDevice;
import io.svmcoord.v1.RunningInvalidation;
import io.svmcoord.v1.Session;
import io.svmcoord.v1.SessionOpened;
import io.svmcoord.v1.SessionResumed;
import io.svmcoord.v1.SessionState;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.SpacePosition;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device session that goes on over another stream (G7), as the contract's bare messages. */
@Timeout(120)
class ResumeTest {
  private static final int TTL_MILLIS = 60_000;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void resume_eventSentBeforeTheBreak_isToldAgainAndItsAckCompletesTheBegin(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      ManagedChannel channel = server.channel();
      TestDevice device = new TestDevice(channel, "gpu", TTL_MILLIS);
      device.subscribe(space, 1, pages(0, 4));
      TestHost host = server.host("host");
      host.begin(slow(space, 0));
      Invalidate sent = device.nextInvalidate();
      cut(server, channel, device);

      TestDevice again = device.resume(server.channel(), position(space, 1, 1));
      SessionResumed resumed = again.notices().next().getResumed();

      SpaceBaseline baseline = resumed.getSpaces(0);
      assertThat(resumed.getSpacesCount()).isEqualTo(1);
      assertThat(baseline.getSpaceId()).isEqualTo(space);
      assertThat(baseline.getEpoch()).isEqualTo(sent.getEpoch());
      assertThat(baseline.getSequence()).isEqualTo(1);
      assertThat(baseline.getVersion()).isEqualTo(1);
      assertThat(baseline.getResyncRequired()).isFalse();
      assertThat(baseline.getRunningList()).map(RunningInvalidation::getSequence).containsOnly(1L);
      assertThat(baseline.getRunning(0).getRangesList()).containsExactly(pages(0, 1));
      assertThat(again.nextInvalidate()).isEqualTo(sent);
      assertThat(session(server, device).getState()).isEqualTo(SessionState.SESSION_STATE_ACTIVE);
      again.ack(sent);
      assertThat(host.notices().next().getBegun().getFanOut().getNotAckedList()).isEmpty();
      host.end(id(sent));
      assertThat(again.nextEnded().getSequence()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void resume_begunWhileSuspect_isToldInOrderAndWhatIsAckedOnlyListed(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      ManagedChannel channel = server.channel();
      TestDevice device = new TestDevice(channel, "gpu", TTL_MILLIS);
      device.subscribe(space, 1, pages(0, 4));
      TestHost host = server.host("host");
      host.begin(slow(space, 0));
      device.ack(device.nextInvalidate());
      assertThat(host.notices().next().hasBegun()).isTrue();
      cut(server, channel, device);
      host.begin(slow(space, 1));
      host.begin(slow(space, 2));
      host.begin(slow(space, 9));
      assertThat(host.notices().next().hasBegun()).as("nobody subscribes page 9").isTrue();

      TestDevice again = device.resume(server.channel(), position(space, 1, 1));

      SessionResumed resumed = again.notices().next().getResumed();
      assertThat(resumed.getSpaces(0).getRunningList())
          .map(RunningInvalidation::getSequence)
          .containsExactly(1L, 2L, 3L);
      assertThat(again.nextInvalidate().getSequence()).isEqualTo(2);
      assertThat(again.nextInvalidate().getSequence()).isEqualTo(3);
      assertThat(again.heartbeat(1).getNumber()).as("nothing else is told").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void resume_oldStreamStillBelievedIn_closesItAndItsEndChangesNothing(int loops) {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      ManagedChannel channel = server.channel();
      TestDevice device = new TestDevice(channel, "gpu", TTL_MILLIS);
      device.subscribe(space, 1, pages(0, 4));

      TestDevice again = device.resume(server.channel(), position(space, 0, 1));

      assertThat(again.notices().next().getResumed().getSession()).isEqualTo(device.opened());
      StatusRuntimeException error = device.notices().error();
      assertThat(errorInfo(error).getReason()).isEqualTo("SESSION_RESUMED");
      channel.shutdownNow();
      TestHost host = server.host("host");
      host.begin(slow(space, 0));
      again.ack(again.nextInvalidate());
      assertThat(host.notices().next().getBegun().getFanOut().getNotAckedList()).isEmpty();
      assertThat(session(server, device).getState()).isEqualTo(SessionState.SESSION_STATE_ACTIVE);
    }
  }

  @Test
  void resume_positionThatCantBe_isToldToResyncWithItsBaseline() {
    try (TestServer server = TestServer.withLoops(1)) {
      long future = server.space("future");
      long newer = server.space("newer");
      long epoch = server.space("epoch");
      long unknown = server.space("unknown");
      long right = server.space("right");
      TestDevice device = new TestDevice(server.channel(), "gpu", TTL_MILLIS);
      for (long space : List.of(future, newer, epoch, right)) {
        device.subscribe(space, space, pages(0, 1));
      }

      TestDevice again =
          device.resume(
              server.channel(),
              position(future, 1, 1),
              position(newer, 0, 2),
              position(epoch, 0, 1).toBuilder().setEpoch(2).build(),
              position(unknown, 0, 1),
              position(right, 0, 1),
              position(4711, 0, 1));

      List<SpaceBaseline> spaces = again.notices().next().getResumed().getSpacesList();
      assertThat(spaces)
          .map(SpaceBaseline::getSpaceId)
          .as("space 4711 is gone")
          .containsExactlyInAnyOrder(future, newer, epoch, unknown, right);
      assertThat(spaces)
          .filteredOn(SpaceBaseline::getResyncRequired)
          .map(SpaceBaseline::getSpaceId)
          .containsExactlyInAnyOrder(future, newer, epoch, unknown);
      assertThat(spaces)
          .filteredOn(space -> space.getSpaceId() == unknown)
          .map(SpaceBaseline::getVersion)
          .containsExactly(0L);
    }
  }

  @Test
  void resume_sessionPutOutOrUnknownOrOfAnotherIncarnation_isRefusedByName() {
    try (TestServer server = TestServer.withLoops(1)) {
      TestDevice evicted = new TestDevice(server.channel(), "gpu", TTL_MILLIS);
      var _ =
          server
              .introspection()
              .evictSession(EvictSessionRequest.newBuilder().setSessionId(evicted.id()).build());
      var _ = evicted.notices().error();
      TestDevice device = new TestDevice(server.channel(), "gpu", TTL_MILLIS);
      ResumeDevice right = device.resumeCommand();

      assertThat(refused(server, evicted.resumeCommand())).isEqualTo("SESSION_EVICTED");
      assertThat(refused(server, right.toBuilder().setSessionKey(sixteen('?')).build()))
          .isEqualTo("SESSION_EXPIRED");
      assertThat(
              refused(server, right.toBuilder().setSessionKey(server.host("host").key()).build()))
          .isEqualTo("SESSION_EXPIRED");
      assertThat(refused(server, right.toBuilder().setIncarnation(sixteen('?')).build()))
          .isEqualTo("NEW_INCARNATION");
      assertThat(refused(server, right.toBuilder().clearSessionKey().build()))
          .isEqualTo("INVALID_ARGUMENT");
      assertThat(refused(server, right.toBuilder().clearIncarnation().build()))
          .isEqualTo("INVALID_ARGUMENT");
      assertThat(
              refused(
                  server,
                  right.toBuilder()
                      .addPositions(position(1, 0, 0))
                      .addPositions(position(1, 0, 0))
                      .build()))
          .isEqualTo("INVALID_ARGUMENT");
      assertThat(session(server, device).getState())
          .as("who was refused changed nothing")
          .isEqualTo(SessionState.SESSION_STATE_ACTIVE);
    }
  }

  @Test
  void resume_answered_isCounted() throws Exception {
    try (TestServer server = TestServer.withLoops(1)) {
      long space = server.space("a");
      TestDevice device = new TestDevice(server.channel(), "gpu", TTL_MILLIS);
      device.subscribe(space, 1, pages(0, 4));
      TestDevice again = device.resume(server.channel(), position(space, 99, 1));
      assertThat(again.notices().next().hasResumed()).isTrue();

      assertThat(server.admin("/metrics").body())
          .contains("svm_session_resumes_total{outcome=\"superseded\"} 1.0")
          .contains("svm_session_resumes_total{outcome=\"resumed\"} 0.0")
          .contains("svm_resyncs_total 1.0");
    }
  }

  /** Devices have long for their ack: a test on a busy machine is not to be about that. */
  private static BeginInvalidationRequest slow(long space, long page) {
    return unmap(space, pages(page, 1)).setAckDeadlineMillis(TTL_MILLIS).build();
  }

  private static InvalidationId id(Invalidate event) {
    return InvalidationId.newBuilder()
        .setSpaceId(event.getSpaceId())
        .setEpoch(event.getEpoch())
        .setSequence(event.getSequence())
        .build();
  }

  private static SpacePosition position(long space, long sequence, long version) {
    return SpacePosition.newBuilder()
        .setSpaceId(space)
        .setEpoch(1)
        .setSequence(sequence)
        .setVersion(version)
        .build();
  }

  private static ByteString sixteen(char letter) {
    return ByteString.copyFromUtf8(String.valueOf(letter).repeat(16));
  }

  private static void cut(TestServer server, ManagedChannel channel, TestDevice device) {
    channel.shutdownNow();
    await()
        .atMost(TestServer.PATIENCE)
        .until(() -> session(server, device).getState() == SessionState.SESSION_STATE_SUSPECT);
  }

  private static Session session(TestServer server, TestDevice device) {
    return server
        .introspection()
        .listSessions(ListSessionsRequest.getDefaultInstance())
        .getSessionsList()
        .stream()
        .filter(session -> session.getId() == device.id())
        .findFirst()
        .orElseThrow();
  }

  private static String refused(TestServer server, ResumeDevice resume) {
    TestDevice device =
        new TestDevice(server.channel(), SessionOpened.getDefaultInstance(), resume);
    StatusRuntimeException error = device.notices().error();
    assertThat(device.notices().isEmpty()).isTrue();
    return errorInfo(error).getReason();
  }
}
