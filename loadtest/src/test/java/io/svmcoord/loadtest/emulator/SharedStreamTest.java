package io.svmcoord.loadtest.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svmcoord.loadtest.CutProxy;
import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.server.SvmServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices that share one stream, on a connection that leads nowhere. */
@Timeout(180)
class SharedStreamTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int DEVICES = 30;
  private static final Duration TTL = Duration.ofSeconds(10);

  /** The silent one, the one that they go to, and one for who is late. */
  private static final int CONNECTIONS_MAX = 3;

  @Test
  void silence_ofTheConnection_allLeaveItForTheSameAndNothingIsStale() {
    try (SvmServer server = TestServer.start();
        CutProxy network = new CutProxy(server.port());
        HostEmulator host =
            HostEmulator.start(
                HostEmulatorOptions.builder(TestServer.target(server))
                    .pages(256)
                    .changeLoops(2)
                    .changesPerSecond(50)
                    .ackDeadline(Duration.ofSeconds(20))
                    .seed(41)
                    .build());
        DeviceEmulator devices =
            DeviceEmulator.start(
                DeviceEmulatorOptions.builder(network.target(), host.ready())
                    .devices(DEVICES)
                    .connections(1)
                    .sharedStreams(true)
                    .ttl(TTL)
                    .seed(42)
                    .build())) {
      await().atMost(PATIENCE).until(() -> host.stats().invalidations() >= 20);
      assertThat(network.connections()).isEqualTo(1);

      network.loseToServer();
      await().atMost(PATIENCE).until(() -> resumed(devices.stats()) >= DEVICES);

      assertThat(network.connections()).isBetween(1, CONNECTIONS_MAX);
      long checked = devices.stats().reads().checked();
      await().atMost(PATIENCE).until(() -> devices.stats().reads().checked() > checked);
      DeviceStats seen = devices.stats();
      assertThat(seen.reads().staleExamples()).isEmpty();
      assertThat(seen.leaseEvents()).doesNotContainKeys("fenced", "reopened", "resynced");
    }
  }

  private static long resumed(DeviceStats stats) {
    return stats.leaseEvents().getOrDefault("resumed", 0L);
  }
}
