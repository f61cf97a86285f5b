package io.svmcoord.loadtest.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.server.SvmServer;
import io.svmcoord.v1.EvictSessionRequest;
import io.svmcoord.v1.IntrospectionServiceGrpc;
import io.svmcoord.v1.IntrospectionServiceGrpc.IntrospectionServiceBlockingStub;
import io.svmcoord.v1.ListSessionsRequest;
import io.svmcoord.v1.Session;
import io.svmcoord.v1.SessionState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Devices that are lost while pages change: begins stay bounded (G2) and nothing is stale (G1, G4).
 */
@Timeout(180)
class KilledDevicesTest {
  private static final Duration TTL = Duration.ofSeconds(2);

  /** Longer than a lease, so that a silent device ends by its lease and not by this. */
  private static final Duration ACK_DEADLINE = Duration.ofSeconds(20);

  /** Guard, and what a loaded machine adds to a begin. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final SessionState EXPIRED = SessionState.SESSION_STATE_EXPIRED;

  private final SvmServer server = TestServer.start();
  private final String target = TestServer.target(server);
  private final ManagedChannel channel =
      NettyChannelBuilder.forTarget(target).usePlaintext().build();
  private final IntrospectionServiceBlockingStub introspection =
      IntrospectionServiceGrpc.newBlockingStub(channel);

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.close();
  }

  @Test
  void kill_deviceProcessDuringInvalidations_boundedExpiredAndNothingStale()
      throws IOException, InterruptedException {
    try (HostEmulator host = HostEmulator.start(hostOptions());
        DeviceEmulator survivors = DeviceEmulator.start(deviceOptions(host.ready()));
        DeviceProcess process = DeviceProcess.start(target, host.ready(), TTL, 3)) {
      awaitInvalidations(host, 100);
      process.kill();
      await().atMost(PATIENCE).until(() -> count("killed-", EXPIRED) >= 3);
      awaitInvalidations(host, 300);

      assertThat(count("killed-", SessionState.SESSION_STATE_ACTIVE)).isZero();
      requireBounded(host.stats());
      requireFresh(survivors.stats());
      assertThat(survivors.stats().leaseEvents()).doesNotContainKey("fenced");
    }
  }

  @Test
  void evict_deviceDuringInvalidations_reopensAndNothingStale() throws InterruptedException {
    try (HostEmulator host = HostEmulator.start(hostOptions());
        DeviceEmulator devices = DeviceEmulator.start(deviceOptions(host.ready()))) {
      awaitInvalidations(host, 100);
      Session evicted = sessions("device-").getFirst();
      introspection.evictSession(
          EvictSessionRequest.newBuilder().setSessionId(evicted.getId()).setCause("test").build());
      await().atMost(PATIENCE).until(() -> devices.stats().leaseEvents().containsKey("reopened"));
      long checked = devices.stats().reads().checked();
      awaitInvalidations(host, 100);
      await().atMost(PATIENCE).until(() -> devices.stats().reads().checked() > checked);

      requireBounded(host.stats());
      requireFresh(devices.stats());
      assertThat(devices.stats().leaseEvents()).containsKey("fenced");
    }
  }

  private static void requireBounded(HostStats host) {
    assertThat(host.unfinished()).as("%s", host).isZero();
    assertThat(host.failed()).isEmpty();
    assertThat(Duration.ofNanos(host.beginMaxNanos())).isLessThan(TTL.plus(SLACK));
  }

  private static void requireFresh(DeviceStats devices) {
    assertThat(devices.reads().staleExamples()).isEmpty();
    assertThat(devices.reads().stale()).isZero();
    assertThat(devices.reads().checked()).isPositive();
  }

  /** Waits for so many more invalidations. */
  private static void awaitInvalidations(HostEmulator host, long count) {
    long goal = host.stats().invalidations() + count;
    await().atMost(PATIENCE).until(() -> host.stats().invalidations() >= goal);
  }

  private long count(String namePrefix, SessionState state) {
    return sessions(namePrefix).stream().filter(session -> session.getState() == state).count();
  }

  private List<Session> sessions(String namePrefix) {
    return introspection
        .listSessions(ListSessionsRequest.newBuilder().setPageSize(1000).build())
        .getSessionsList()
        .stream()
        .filter(session -> session.getName().startsWith(namePrefix))
        .toList();
  }

  private HostEmulatorOptions hostOptions() {
    return HostEmulatorOptions.builder(target)
        .pages(256)
        .changeLoops(4)
        .changesPerSecond(200)
        .childLife(Duration.ofMillis(100))
        .ackDeadline(ACK_DEADLINE)
        .seed(21)
        .build();
  }

  private DeviceEmulatorOptions deviceOptions(HostReady ready) {
    return DeviceEmulatorOptions.builder(target, ready).devices(3).ttl(TTL).seed(22).build();
  }
}
