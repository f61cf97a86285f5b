package io.svmcoord.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svmcoord.loadtest.ctl.Coordinator;
import io.svmcoord.loadtest.ctl.SessionRow;
import io.svmcoord.loadtest.emulator.HostEmulator;
import io.svmcoord.loadtest.emulator.HostEmulatorOptions;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code svm device} in a process of its own, beside a host that changes its pages. */
@Timeout(180)
class DeviceCommandTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int DEVICES = 20;
  private static final int INVALIDATIONS = 50;

  @ParameterizedTest
  @CsvSource({"'', 0", "--shared-stream, 1"})
  void devices_ofOneProcess_shareAStreamIfAskedToAndReadNothingStale(String option, long gateway) {
    try (RunningServer server = RunningServer.start();
        Coordinator coordinator = Coordinator.at(server.address());
        HostEmulator host = HostEmulator.start(hostOptions(server));
        RoleProcess devices = start(server, host.ready(), option)) {
      var _ = devices.awaitReady();
      long goal = host.stats().invalidations() + INVALIDATIONS;
      await().atMost(PATIENCE).until(() -> host.stats().invalidations() >= goal);

      List<SessionRow> sessions =
          coordinator.sessions().stream().filter(row -> row.role().equals("device")).toList();
      assertThat(sessions).hasSize(DEVICES);
      assertThat(sessions).extracting(SessionRow::state).containsOnly("active");
      assertThat(sessions).extracting(SessionRow::gateway).containsOnly(gateway);
      host.stop();
      assertThat(host.stats().failed()).isEmpty();
      assertThat(host.stats().sessionsNotAcked()).isEmpty();
      devices.pause();
      DeviceStats stats = Objects.requireNonNull(devices.awaitFinal().devices());
      assertThat(stats.reads().staleExamples()).isEmpty();
      assertThat(stats.reads().stale()).isZero();
      assertThat(stats.reads().checked()).isPositive();
      assertThat(stats.invalidations()).isGreaterThanOrEqualTo(INVALIDATIONS);
      assertThat(stats.leaseEvents()).doesNotContainKeys("fenced", "handler_failed");
    }
  }

  private static HostEmulatorOptions hostOptions(RunningServer server) {
    return HostEmulatorOptions.builder(server.target())
        .pages(256)
        .changeLoops(2)
        .changesPerSecond(50)
        .ackDeadline(Duration.ofSeconds(20))
        .ttl(Duration.ofSeconds(30))
        .seed(51)
        .build();
  }

  private static RoleProcess start(RunningServer server, HostReady host, String option) {
    Arguments shared =
        Arguments.ofRole("device", server.target())
            .with("--devices", DEVICES)
            .with("--reads-per-second", 100)
            .with("--ttl", Duration.ofSeconds(30))
            .with("--seed", 52)
            .with(host);
    Arguments arguments = option.isEmpty() ? shared : shared.and(option);
    return RoleProcess.start("devices", "devices" + option, arguments, lost -> {});
  }
}
