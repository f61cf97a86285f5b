package io.svmcoord.server;

import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svmcoord.v1.CancelBegin;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.ListSessionsRequest;
import io.svmcoord.v1.Session;
import io.svmcoord.v1.SessionState;
import io.svmcoord.v1.SpaceBaseline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A device that does not read its stream for a while, and those beside it (G2, G7, G11, G12). */
class SlowConsumerTest {
  private static final int TTL_MILLIS = 60_000;
  private static final int BYTES_MAX = 200_000;

  /** Enough to fill the window of a connection, and then the limits. */
  private static final int BEGINS = 400;

  private static TestServer server(int loops) {
    return new TestServer(
        TestServer.config(loops)
            .with("limits.merge-bytes-per-session", "100000")
            .with("limits.outbound-bytes-per-session", Integer.toString(BYTES_MAX)));
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "1, true", "2, true"})
  void flood_ofBeginsThatAreTakenBack_isToldOnceWhenTheDeviceReads(int loops, boolean areScattered)
      throws Exception {
    try (TestServer server = server(loops)) {
      long space = server.space("a");
      TestDevice fast = new TestDevice(server.channel(), "fast", TTL_MILLIS);
      DeafDevice deaf = new DeafDevice(server.channel(), space);
      long deafId = deaf.sessionId(server);
      fast.subscribe(space, 1, pages(0, 1));
      TestHost host = new TestHost(server.channel(), "host", TTL_MILLIS);

      for (int i = 0; i < BEGINS; i++) {
        beginAndCancel(host, fast, space, areScattered ? i : 0);
        if (i % 50 == 0) {
          // Of the slow device, the fast one and the host.
          assertThat(metric(server, "svm_outbound_queue_bytes"))
              .isLessThanOrEqualTo(3.0 * BYTES_MAX);
        }
      }
      long running = host.begin(blockable(space, 0).build());
      fast.ack(fast.nextInvalidate());

      List<DeviceNotice> events = new ArrayList<>();
      SpaceBaseline caughtUp = readToBaseline(deaf, events);
      assertThat(caughtUp.getResyncRequired()).isEqualTo(areScattered);
      assertThat(caughtUp.getChangedCount()).isEqualTo(areScattered ? 0 : 256);
      assertThat(caughtUp.getRunningList())
          .singleElement()
          .satisfies(each -> assertThat(each.getSequence()).isEqualTo(BEGINS + 1L));
      assertThat(caughtUp.getSequence()).isEqualTo(BEGINS + 1L);
      assertThat(events).as("sent before the stream was full").hasSizeLessThan(2 * BEGINS);
      deaf.ack(caughtUp);
      HostNotice begun = host.notices().next();
      assertThat(begun.getCorrelationId()).isEqualTo(running);
      assertThat(begun.hasBegun()).isTrue();

      // From there on as if nothing had been.
      host.end(begun.getBegun().getId());
      InvalidationEnded ended = deaf.read().next().getEnded();
      assertThat(ended.getSequence()).isEqualTo(BEGINS + 1L);
      host.begin(unmap(space, pages(0, 1)).build());
      assertThat(fast.nextEnded().getSequence()).isEqualTo(BEGINS + 1L);
      fast.ack(fast.nextInvalidate());
      var next = deaf.read().next().getInvalidate();
      assertThat(next.getSequence()).isEqualTo(BEGINS + 2L);
      deaf.ack(next.getEpoch(), next.getSequence(), false);
      assertThat(host.notices().next().hasBegun()).isTrue();
      assertThat(session(server, deafId).getState()).isEqualTo(SessionState.SESSION_STATE_ACTIVE);
      assertThat(metric(server, "svm_outbound_queue_bytes")).isZero();
    }
  }

  /** The begins that nobody reads of keep their deadline. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void begin_inWhatIsNotRead_endsByItsAckDeadline(int loops) throws Exception {
    try (TestServer server = server(loops)) {
      long space = server.space("a");
      TestDevice fast = new TestDevice(server.channel(), "fast", TTL_MILLIS);
      DeafDevice deaf = new DeafDevice(server.channel(), space);
      long deafId = deaf.sessionId(server);
      fast.subscribe(space, 1, pages(0, 1));
      TestHost host = new TestHost(server.channel(), "host", TTL_MILLIS);
      for (int i = 0; i < BEGINS; i++) {
        beginAndCancel(host, fast, space, i);
      }

      host.begin(unmap(space, pages(0, 1)).setAckDeadlineMillis(100).build());
      fast.ack(fast.nextInvalidate());

      await()
          .atMost(TestServer.PATIENCE)
          .until(() -> session(server, deafId).getState() == SessionState.SESSION_STATE_EVICTED);
      assertThat(session(server, fast.id()).getState())
          .isEqualTo(SessionState.SESSION_STATE_ACTIVE);
    }
  }

  /** Answers can't be merged. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void answers_thatAreNotRead_endTheSessionAtTheLimit(int loops) {
    try (TestServer server =
        new TestServer(
            TestServer.config(loops).with("limits.outbound-notices-per-session", "500"))) {
      long space = server.space("a");
      DeafDevice deaf = new DeafDevice(server.channel(), space);
      long deafId = deaf.sessionId(server);
      TestDevice other = new TestDevice(server.channel(), "other", TTL_MILLIS);

      int messages = 0;
      while (session(server, deafId).getState() != SessionState.SESSION_STATE_EVICTED) {
        assertThat(messages).as("messages without an eviction").isLessThan(10_000);
        for (int burst = 0; burst < 20; burst++) {
          messages++;
          deaf.askWhatIsRefused();
        }
      }

      assertThat(session(server, deafId).getEndCause()).contains("its stream is not read");
      assertThat(other.heartbeat(1).getNumber()).isEqualTo(1);
    }
  }

  private static io.svmcoord.v1.BeginInvalidationRequest.Builder blockable(
      long space, long number) {
    return unmap(space, pages(0, 1))
        .addAllRanges(DeafDevice.scattered(number))
        .setAckDeadlineMillis(TTL_MILLIS);
  }

  /** A begin that the fast device acks, the other one does not, and the host takes back. */
  private static void beginAndCancel(TestHost host, TestDevice fast, long space, long number) {
    long begin = host.begin(blockable(space, number).build());
    fast.ack(fast.nextInvalidate());
    host.command(
        HostCommand.newBuilder().setCancel(CancelBegin.newBuilder().setBeginCorrelationId(begin)));
    assertThat(host.notices().next().getFailed().getReason()).isEqualTo("CANCELLED");
    assertThat(fast.notices().next().hasEnded()).isTrue();
  }

  /** Reads up to the one notice that stands for what was not read. */
  private static SpaceBaseline readToBaseline(DeafDevice deaf, List<DeviceNotice> before) {
    var notices = deaf.read();
    while (true) {
      DeviceNotice notice = notices.next();
      if (notice.hasCaughtUp()) {
        return notice.getCaughtUp();
      }
      before.add(notice);
    }
  }

  private static double metric(TestServer server, String name)
      throws IOException, InterruptedException {
    return server
        .admin("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static Session session(TestServer server, long id) {
    return server
        .introspection()
        .listSessions(ListSessionsRequest.newBuilder().setAfterId(id - 1).setPageSize(1).build())
        .getSessions(0);
  }
}
