package io.svmcoord.loadtest.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svmcoord.loadtest.FastJvm;
import io.svmcoord.loadtest.ctl.Coordinator;
import io.svmcoord.loadtest.ctl.NodeInfo;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.report.ReadStats;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The coordinator's process is killed while pages change, and started again on its directory: it
 * loses nothing but time (promise G10).
 */
@Timeout(300)
class KilledCoordinatorTest {
  private static final Duration TTL = Duration.ofSeconds(2);
  private static final int KILLS = 2;

  /** From the new process's first word: leases, guards, and the clients' way back to it. */
  private static final Duration OUTAGE_MAX = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private CoordinatorProcess start(int port) {
    return CoordinatorProcess.start(
        FastJvm.launch(),
        Arguments.SERVE
            .with("--listen", "127.0.0.1:" + port)
            .with("--control-directory", directory.resolve("control")));
  }

  private static void kill(CoordinatorProcess coordinator) {
    coordinator.process().kill();
    assertThat(coordinator.process().ended().join()).as("SIGKILL").isEqualTo(128 + 9);
  }

  private static NodeInfo node(CoordinatorProcess process) {
    try (Coordinator coordinator = Coordinator.at(process.address())) {
      return coordinator.node();
    }
  }

  @Test
  void kill_coordinatorDuringInvalidations_allComeBackAndNothingStale() {
    List<Duration> outages = new ArrayList<>();
    CoordinatorProcess coordinator = start(0);
    try {
      int port = coordinator.port();
      String target = coordinator.target();
      NodeInfo first = node(coordinator);
      try (HostEmulator host = HostEmulator.start(hostOptions(target));
          DeviceEmulator devices = DeviceEmulator.start(deviceOptions(target, host.ready()));
          MapperEmulator mappers = MapperEmulator.start(mapperOptions(target, host.ready()))) {
        awaitProgress(host, devices, mappers);
        for (int i = 0; i < KILLS; i++) {
          kill(coordinator);
          coordinator = start(port);
          long startedNanos = System.nanoTime();
          awaitProgress(host, devices, mappers);
          outages.add(Duration.ofNanos(System.nanoTime() - startedNanos));
        }
        NodeInfo last = node(coordinator);
        assertThat(last.incarnation()).isEqualTo(first.incarnation());
        assertThat(last.epoch()).isEqualTo(first.epoch() + KILLS);
        assertThat(last.graceLeftMillis()).isZero();

        requireFresh(devices.stats().reads());
        requireFresh(mappers.stats().reads());
        assertThat(devices.hasFailed() || mappers.hasFailed()).isFalse();
        assertThat(outages).allSatisfy(outage -> assertThat(outage).isLessThan(OUTAGE_MAX));
      }
    } finally {
      coordinator.close();
    }
  }

  private static void requireFresh(ReadStats reads) {
    assertThat(reads.staleExamples()).isEmpty();
    assertThat(reads.stale()).isZero();
    assertThat(reads.checked()).isPositive();
  }

  /** Waits until everybody got further. */
  private static void awaitProgress(
      HostEmulator host, DeviceEmulator devices, MapperEmulator mappers) {
    long invalidations = host.stats().invalidations() + 50;
    long checked = devices.stats().reads().checked() + 50;
    long snapshots = mappers.stats().snapshots() + 5;
    await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () ->
                host.stats().invalidations() >= invalidations
                    && devices.stats().reads().checked() >= checked
                    && mappers.stats().snapshots() >= snapshots);
  }

  private static HostEmulatorOptions hostOptions(String target) {
    return HostEmulatorOptions.builder(target)
        .pages(256)
        .changeLoops(4)
        .changesPerSecond(200)
        .childLife(Duration.ofMillis(100))
        .ttl(TTL)
        .seed(31)
        .build();
  }

  private static DeviceEmulatorOptions deviceOptions(String target, HostReady at) {
    return DeviceEmulatorOptions.builder(target, at).devices(3).ttl(TTL).seed(32).build();
  }

  private static MapperEmulatorOptions mapperOptions(String target, HostReady at) {
    return MapperEmulatorOptions.builder(target, at).mappers(2).seed(33).build();
  }
}
