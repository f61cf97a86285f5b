package io.svmcoord.server;

import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.EvictSessionRequest;
import io.svmcoord.v1.Invalidate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin port: health, version, metrics. */
class AdminTest {
  private static final Path METRICS_PAGE = Path.of("../docs/metrics.md");

  @Test
  void pages_ofAHealthyServer_answer() throws Exception {
    try (TestServer server = TestServer.withLoops(1)) {
      assertThat(server.admin("/livez").body()).isEqualTo("ok\n");
      assertThat(server.admin("/readyz").body()).isEqualTo("ok\n");
      assertThat(server.admin("/version").body())
          .contains("\"version\":\"0.")
          .contains("\"transport\":\"epoll\"")
          .contains("\"event_loops\":\"1\"");
      assertThat(server.admin("/").body()).contains("<a href=\"/metrics\">");
      assertThat(server.admin("/nothing").statusCode()).isEqualTo(404);
      assertThat(server.admin("/livez/more").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void anythingButGet_isRefused() throws Exception {
    try (TestServer server = TestServer.withLoops(1)) {
      for (String path : Set.of("/", "/livez", "/readyz", "/version", "/metrics")) {
        assertThat(server.admin("POST", path).statusCode()).as(path).isEqualTo(405);
        assertThat(server.admin("DELETE", path).statusCode()).as(path).isEqualTo(405);
        assertThat(server.admin("HEAD", path).body()).as(path).isEmpty();
      }
    }
  }

  @Test
  void transport_byDefault_isEpollAndNioWhenAskedFor() {
    try (TestServer server = TestServer.withLoops(1)) {
      assertThat(server.server().transport()).isEqualTo("epoll");
    }
    try (TestServer server = new TestServer(TestServer.config(1).with("transport", "nio"))) {
      assertThat(server.server().transport()).isEqualTo("nio");
      assertThat(server.space("a")).isPositive();
    }
  }

  @Test
  void metrics_afterOneInvalidation_countIt() throws Exception {
    try (TestServer server = TestServer.withLoops(1)) {
      long space = server.space("a");
      TestDevice device = new TestDevice(server.channel(), "device", 60_000);
      device.subscribe(space, 1, pages(0, 1));
      TestHost host = new TestHost(server.channel(), "host", 60_000);
      host.begin(unmap(space, pages(0, 1)).setAckDeadlineMillis(60_000).build());
      Invalidate event = device.nextInvalidate();
      await()
          .atMost(TestServer.PATIENCE)
          .until(() -> server.metric("svm_invalidation_oldest_unacked_seconds") > 0);
      device.ack(event);
      host.notices().next();
      device.ack(event);
      device.heartbeat(1);

      assertThat(server.metric("svm_begins_total{event=\"unmap\",outcome=\"ok\"}")).isEqualTo(1);
      assertThat(server.metric("svm_acks_total{result=\"acked\"}")).isEqualTo(1);
      assertThat(server.metric("svm_acks_total{result=\"not_owed\"}")).isEqualTo(1);
      assertThat(server.metric("svm_invalidation_fanout_seconds_count")).isEqualTo(1);
      assertThat(server.metric("svm_invalidation_ack_seconds_count")).isEqualTo(1);
      assertThat(server.metric("svm_invalidation_fanout_sessions_sum")).isEqualTo(1);
      await()
          .atMost(TestServer.PATIENCE)
          .until(() -> server.metric("svm_invalidation_oldest_unacked_seconds") == 0);
      assertThat(server.metric("svm_invalidations_running")).isEqualTo(1);
      assertThat(server.metric("svm_sessions{role=\"device\",state=\"active\"}")).isEqualTo(1);
      assertThat(server.metric("svm_sessions{role=\"host\",state=\"active\"}")).isEqualTo(1);
      assertThat(server.metric("svm_address_spaces")).isEqualTo(1);
      assertThat(server.metric("svm_subscriptions")).isEqualTo(1);
      assertThat(server.metric("svm_outbound_queue_events")).isZero();
    }
  }

  @Test
  void sessions_ofEachState_areCounted() throws Exception {
    try (TestServer server = TestServer.withLoops(1)) {
      new TestDevice(server.channel(), "suspect", 60_000).halfClose();
      var _ = new TestDevice(server.channel(), "expired", 500);
      TestDevice evicted = new TestDevice(server.channel(), "evicted", 60_000);
      var _ =
          server
              .introspection()
              .evictSession(EvictSessionRequest.newBuilder().setSessionId(evicted.id()).build());

      for (String state : Set.of("suspect", "expired", "evicted")) {
        await()
            .atMost(TestServer.PATIENCE)
            .until(
                () -> server.metric("svm_sessions{role=\"device\",state=\"" + state + "\"}") == 1);
      }
      assertThat(server.metric("svm_sessions{role=\"device\",state=\"active\"}")).isZero();
      assertThat(server.metric("svm_sessions_evicted_total{reason=\"operator\"}")).isEqualTo(1);
      assertThat(server.metric("svm_lease_expirations_total")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void gateways_andTheirMembers_areCounted(int loops) throws Exception {
    try (TestServer server = TestServer.withLoops(loops)) {
      TestGateway left = new TestGateway(server.channel());
      TestDevice detached = left.device("detached", 60_000);
      var _ = left.device("half-closed", 60_000);
      ManagedChannel channel = server.channel();
      TestGateway broken = new TestGateway(channel);
      var _ = broken.device("one", 60_000);
      var _ = broken.device("two", 60_000);
      var _ = server.device("of-its-own");
      assertGateways(server, 2, 4);

      detached.command(DeviceCommand.newBuilder().setDetach(Detach.getDefaultInstance()));
      assertThat(detached.notices().closed()).isEmpty();
      assertGateways(server, 2, 3);
      left.halfClose();
      assertThat(left.closed()).isEmpty();
      assertGateways(server, 1, 2);
      channel.shutdownNow();
      await().atMost(TestServer.PATIENCE).until(() -> server.metric("svm_gateways") == 0);
      await().atMost(TestServer.PATIENCE).until(() -> server.metric("svm_gateway_members") == 0);
    }
  }

  private static void assertGateways(TestServer server, int gateways, int members)
      throws Exception {
    assertThat(server.metric("svm_gateways")).isEqualTo(gateways);
    assertThat(server.metric("svm_gateway_members")).isEqualTo(members);
  }

  @Test
  void metrics_ofAScrape_areThoseOfTheDocumentation() throws Exception {
    try (TestServer server = TestServer.withLoops(1)) {
      Set<String> scraped = new TreeSet<>();
      Matcher types =
          Pattern.compile("(?m)^# TYPE (svm_\\w+) (\\w+)$")
              .matcher(server.admin("/metrics").body());
      while (types.find()) {
        // The rolling maximum beside each histogram is Micrometer's, not part of the contract.
        if (!types.group(1).endsWith("_max")) {
          scraped.add(types.group(1) + " " + types.group(2));
        }
      }

      assertThat(documented()).isEqualTo(scraped);
    }
  }

  @Test
  void metrics_ofAScrape_haveLoopsCacheAndJvm() throws Exception {
    try (TestServer server = TestServer.withLoops(2)) {
      assertThat(server.admin("/metrics").body())
          .contains("netty_eventexecutor_tasks_pending")
          .contains("cache_gets_total{cache=\"request_ids\"")
          .contains("jvm_memory_used_bytes")
          .contains("process_files_open_files");
    }
  }

  /** Rows of the table of meters: {@code | `name` | type | ...}. */
  private static Set<String> documented() throws IOException {
    Set<String> rows = new TreeSet<>();
    Matcher row =
        Pattern.compile("(?m)^\\| `(svm_\\w+)` \\| (\\w+) \\|")
            .matcher(Files.readString(METRICS_PAGE).split("## Of a canary", 2)[0]);
    while (row.find()) {
      rows.add(row.group(1) + " " + row.group(2));
    }
    return rows;
  }
}
