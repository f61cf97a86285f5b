package io.svmcoord.loadtest.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svmcoord.loadtest.CutProxy;
import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.server.SvmServer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Devices whose connections are cut again and again under load: they resume, each by itself, also
 * where they share a stream; nothing is stale.
 */
@Timeout(180)
class CutDevicesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CUTS = 20;

  /** Longer than a busy machine takes to connect again. */
  private static final Duration TTL = Duration.ofSeconds(30);

  @ParameterizedTest
  @CsvSource({"3, false", "20, true"})
  void cut_connectionsDuringInvalidations_resumedAndNothingStale(
      int count, boolean areStreamsShared) {
    SplittableRandom random = new SplittableRandom(31);
    try (SvmServer server = TestServer.start();
        CutProxy network = new CutProxy(server.port());
        HostEmulator host = HostEmulator.start(hostOptions(TestServer.target(server)));
        DeviceEmulator devices =
            DeviceEmulator.start(
                DeviceEmulatorOptions.builder(network.target(), host.ready())
                    .devices(count)
                    .connections(areStreamsShared ? 1 + count / 10 : count)
                    .sharedStreams(areStreamsShared)
                    .ttl(TTL)
                    .seed(32)
                    .build())) {
      for (int i = 0; i < CUTS; i++) {
        awaitInvalidations(host, 1 + random.nextInt(20));
        switch (random.nextInt(3)) {
          case 0 -> network.loseToServer();
          case 1 -> network.loseToClient();
          default -> {
            // Cut with all that was sent.
          }
        }
        awaitBegins(host, random.nextInt(3));
        long resumed = resumed(devices);
        network.cut();
        awaitThat(() -> resumed(devices) > resumed);
      }
      awaitInvalidations(host, 50);
      long checked = devices.stats().reads().checked();
      awaitThat(() -> devices.stats().reads().checked() > checked);

      HostStats stats = host.stats();
      assertThat(stats.failed()).isEmpty();
      assertThat(stats.sessionsNotAcked()).isEmpty();
      DeviceStats seen = devices.stats();
      assertThat(seen.reads().staleExamples()).isEmpty();
      assertThat(seen.reads().stale()).isZero();
      assertThat(seen.leaseEvents().getOrDefault("resumed", 0L)).isGreaterThanOrEqualTo(CUTS);
      assertThat(seen.leaseEvents()).doesNotContainKeys("fenced", "reopened", "resynced");
    }
  }

  private static long resumed(DeviceEmulator devices) {
    return devices.stats().leaseEvents().getOrDefault("resumed", 0L);
  }

  private static void awaitInvalidations(HostEmulator host, long count) {
    long goal = host.stats().invalidations() + count;
    awaitThat(() -> host.stats().invalidations() >= goal);
  }

  /** While the devices can't be reached some begins wait, and the loops stand still. */
  private static void awaitBegins(HostEmulator host, int more) {
    long goal = host.stats().invalidations() + more;
    long until = System.nanoTime() + Duration.ofMillis(100).toNanos();
    awaitThat(() -> host.stats().invalidations() >= goal || System.nanoTime() - until > 0);
  }

  /** Looks often: cuts come at all moments, not every tenth of a second. */
  private static void awaitThat(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(condition);
  }

  private static HostEmulatorOptions hostOptions(String target) {
    return HostEmulatorOptions.builder(target)
        .pages(256)
        .changeLoops(4)
        .changesPerSecond(200)
        .childLife(Duration.ofMillis(100))
        .ackDeadline(Duration.ofSeconds(20))
        .seed(33)
        .build();
  }
}
