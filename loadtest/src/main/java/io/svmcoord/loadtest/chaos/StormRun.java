package io.svmcoord.loadtest.chaos;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.svmcoord.loadtest.ctl.Coordinator;
import io.svmcoord.loadtest.fault.FaultProxy;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.Latencies;
import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.RoleReport;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Cuts the connections of all devices off at the same moment, while the host goes on changing
 * pages: every device comes back, and no begin takes longer than its bound. Confined to one thread.
 */
public final class StormRun {
  /** From the cut until everybody is back; more is a failure of the run. */
  private static final Duration READMITTED_MAX = Duration.ofMinutes(3);

  private static final Duration POLL_MIN = Duration.ofMillis(100);

  private static final Duration POLL_MAX = Duration.ofSeconds(2);

  /**
   * A list of all sessions is work too: for so many times as long as it took, none is asked for.
   */
  private static final int REST_OF_POLL = 9;

  private static final int PAGES = 256;

  /**
   * Ten thousand devices are many machines: here they share one with the coordinator and the host,
   * whose processors they may not take from them.
   */
  private static final Launch DEVICES = Launch.SMALL.withPrefix("nice", "-n", "15");

  /** Of all devices together. */
  private static final int READS_PER_SECOND = 10_000;

  private final StormOptions options;
  private final Consumer<String> news;
  private final List<RoleProcess> devices = new ArrayList<>();
  private final List<FaultProxy> links = new ArrayList<>();

  private StormRun(StormOptions options, Consumer<String> news) {
    this.options = options;
    this.news = news;
  }

  /**
   * Runs it; blocks until it is over and every process has ended.
   *
   * @param news told of each step
   * @throws RunFailure when a process ends, or not all devices come back in time
   */
  public static StormReport run(StormOptions options, Consumer<String> news) {
    return new StormRun(options, news).run();
  }

  private StormReport run() {
    try (CoordinatorProcess process = CoordinatorProcess.start();
        Coordinator coordinator = Coordinator.at(process.address());
        RoleProcess host = startHost(process.target())) {
      HostReady at = Objects.requireNonNull(host.awaitReady().ready(), "ready");
      try {
        startDevices(process.port(), at);
        host.go();
        int connections = links.stream().mapToInt(FaultProxy::connections).sum();
        List<Double> readmitted = storms(coordinator);
        return finish(process, coordinator, host, connections, readmitted);
      } finally {
        devices.forEach(RoleProcess::stop);
        devices.forEach(RoleProcess::close);
        links.forEach(FaultProxy::close);
      }
    }
  }

  private RoleProcess startHost(String target) {
    Arguments arguments =
        Arguments.ofRole("host", target)
            .and("--hold")
            .with("--pages", PAGES)
            .with("--changes", 4)
            .with("--changes-per-second", options.changesPerSecond())
            .with("--ack-deadline", options.ackDeadline())
            .with("--late-begin", options.bound())
            .with("--ttl", options.ttl())
            .with("--seed", options.seed());
    return RoleProcess.start("host", "host", Launch.SAME, arguments, news);
  }

  private void startDevices(int port, HostReady at) {
    for (int i = 0; i < options.processes(); i++) {
      int first = i * options.devicesPerProcess();
      int count = Math.min(options.devicesPerProcess(), options.devices() - first);
      FaultProxy link = FaultProxy.start(port);
      links.add(link);
      Arguments arguments =
          Arguments.ofRole("device", link.address())
              .with("--devices", count)
              .with("--first-index", first)
              .with("--reads-per-second", Math.max(1, READS_PER_SECOND / options.devices()))
              .with("--ttl", options.ttl())
              .with("--seed", options.seed())
              .with(at);
      RoleProcess process = RoleProcess.start("devices", "devices-" + i, DEVICES, arguments, news);
      devices.add(process);
      var _ = process.awaitReady();
      news.accept(count + " devices of " + process.what() + " are connected");
    }
  }

  /** How long each took, seconds. */
  private List<Double> storms(Coordinator coordinator) {
    List<Double> readmitted = new ArrayList<>();
    for (int storm = 0; storm < options.storms(); storm++) {
      awaitAllBack(coordinator, Set.of());
      LockSupport.parkNanos(options.calm().toNanos());
      awaitAllBack(coordinator, Set.of());
      Set<Place> before = connected(coordinator);
      long cutNanos = System.nanoTime();
      links.forEach(FaultProxy::cut);
      awaitAllBack(coordinator, before);
      double seconds = Numbers.seconds(System.nanoTime() - cutNanos);
      readmitted.add(seconds);
      news.accept("all are back after %.1f s".formatted(seconds));
    }
    return readmitted;
  }

  /**
   * A session on a connection: who is cut off comes back as another session or from another port.
   */
  private record Place(long sessionId, String peer) {}

  private static Set<Place> connected(Coordinator coordinator) {
    return coordinator.sessions().stream()
        .filter(session -> session.role().equals("device") && session.state().equals("active"))
        .map(session -> new Place(session.id(), session.peer()))
        .collect(Collectors.toSet());
  }

  /** Until all are connected, none of them where it was before. */
  private void awaitAllBack(Coordinator coordinator, Set<Place> before) {
    long startNanos = System.nanoTime();
    long back = 0;
    while (back != options.devices()) {
      if (System.nanoTime() - startNanos > READMITTED_MAX.toNanos()) {
        throw RunFailure.foundWrong(
            "sessions that are connected: %d, %d s after all were cut off (expected: %d)"
                .formatted(back, READMITTED_MAX.toSeconds(), options.devices()));
      }
      long askedNanos = System.nanoTime();
      try {
        back = connected(coordinator).stream().filter(place -> !before.contains(place)).count();
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED) {
          throw e;
        }
        news.accept("the list of sessions took too long, in the storm: it is asked for again");
      }
      long tookNanos = System.nanoTime() - askedNanos;
      LockSupport.parkNanos(
          Math.clamp(REST_OF_POLL * tookNanos, POLL_MIN.toNanos(), POLL_MAX.toNanos()));
    }
  }

  private StormReport finish(
      CoordinatorProcess process,
      Coordinator coordinator,
      RoleProcess host,
      int connections,
      List<Double> readmitted) {
    int missing = options.devices() - connected(coordinator).size();
    double cpuS = Numbers.seconds(process.process().cpuTime().toNanos());
    host.pause();
    HostStats changes = Objects.requireNonNull(host.awaitFinal().host(), "host");
    devices.forEach(RoleProcess::pause);
    DeviceStats reads =
        RoleReport.devicesOf(devices.stream().map(RoleProcess::awaitFinal).toList()).orElseThrow();
    long slackNanos = StormOptions.SLACK.toNanos();
    long late =
        changes.lateBegins().stream()
            .filter(begin -> begin.nanos() > options.bound().toNanos() + slackNanos)
            .count();
    long failed = changes.failed().values().stream().mapToLong(Long::longValue).sum();
    return new StormReport(
        reads.reads().stale(),
        Latencies.decode(changes.beginHistogram()).getTotalCount() + failed,
        late + changes.lateBeginsMore() + changes.unfinished(),
        missing,
        options.devices(),
        connections,
        readmitted,
        reads.reads().checked(),
        Numbers.millis(options.bound().toNanos()),
        Numbers.millis(slackNanos),
        Numbers.millis(changes.beginMaxNanos()),
        changes.failed(),
        changes.sessionsNotAcked(),
        reads.leaseEvents(),
        cpuS,
        reads.reads().staleExamples());
  }
}
