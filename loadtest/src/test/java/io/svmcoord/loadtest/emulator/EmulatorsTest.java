package io.svmcoord.loadtest.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.MapperStats;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.server.SvmServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class EmulatorsTest {
  private static final int DEVICES = 4;
  private static final int READS_PER_DEVICE = 40_000;
  private static final int CHANGES = 2_000;
  private static final int MAPPERS = 2;
  private static final int LISTS_PER_MAPPER = 100;

  @Test
  void run_hostDevicesAndMappers_noStalePage() throws InterruptedException {
    try (SvmServer server = TestServer.start();
        HostEmulator host = HostEmulator.start(hostOptions(TestServer.target(server)));
        DeviceEmulator devices =
            DeviceEmulator.start(deviceOptions(TestServer.target(server), host.ready()));
        MapperEmulator mappers =
            MapperEmulator.start(mapperOptions(TestServer.target(server), host.ready()))) {
      host.awaitFinished();
      devices.awaitFinished();
      mappers.awaitFinished();

      requireHost(host.stats());
      requireDevices(devices.stats());
      requireMappers(mappers.stats());
    }
  }

  private static void requireHost(HostStats host) {
    assertThat(host.unfinished()).as("%s", host).isZero();
    assertThat(host.failed()).isEmpty();
    assertThat(host.forceEnded()).isZero();
    assertThat(host.withheld()).isZero();
    assertThat(host.sessionsNotAcked()).isEmpty();
    assertThat(host.invalidations()).isGreaterThanOrEqualTo(CHANGES - host.wouldBlock());
    assertThat(host.invalidationsByKind())
        .containsKeys("write", "unmap", "move", "protect", "migrate", "fork");
    assertThat(host.concurrentBeginsMax()).isGreaterThan(1);
    assertThat(host.forks()).isPositive();
  }

  private static void requireDevices(DeviceStats devices) {
    assertThat(devices.reads().staleExamples()).isEmpty();
    assertThat(devices.reads().stale()).isZero();
    assertThat(devices.reads().checked()).isGreaterThan(10_000);
    assertThat(devices.discarded()).isZero();
    assertThat(devices.faults()).isGreaterThan(1_000);
    assertThat(devices.invalidations()).isGreaterThan(CHANGES);
    assertThat(devices.writes()).isPositive();
    assertThat(devices.leaseEvents()).containsEntry("connected", (long) DEVICES);
    assertThat(devices.leaseEvents()).doesNotContainKeys("fenced", "suspect", "handler_failed");
  }

  private static void requireMappers(MapperStats mappers) {
    assertThat(mappers.reads().staleExamples()).isEmpty();
    assertThat(mappers.reads().stale()).isZero();
    assertThat(mappers.reads().checked()).isPositive();
    assertThat(mappers.snapshots()).isEqualTo(MAPPERS * LISTS_PER_MAPPER);
    assertThat(mappers.failures()).isEmpty();
  }

  private static HostEmulatorOptions hostOptions(String target) {
    return HostEmulatorOptions.builder(target)
        .pages(256)
        .baseAddress(-256L * 4096)
        .changesMax(CHANGES)
        .changesPerSecond(0)
        .changeLoops(6)
        .childLife(Duration.ofMillis(50))
        .nonBlockablePercent(10)
        .ttl(Duration.ofSeconds(30))
        .seed(11)
        .build();
  }

  private static DeviceEmulatorOptions deviceOptions(String target, HostReady ready) {
    return DeviceEmulatorOptions.builder(target, ready)
        .devices(DEVICES)
        .readsPerSecond(0)
        .readsMax(READS_PER_DEVICE)
        .ttl(Duration.ofSeconds(30))
        .seed(12)
        .build();
  }

  private static MapperEmulatorOptions mapperOptions(String target, HostReady ready) {
    return MapperEmulatorOptions.builder(target, ready)
        .mappers(MAPPERS)
        .snapshotsPerSecond(0)
        .snapshotsMax(LISTS_PER_MAPPER)
        .seed(13)
        .build();
  }
}
