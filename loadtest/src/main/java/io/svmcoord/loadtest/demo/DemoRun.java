package io.svmcoord.loadtest.demo;

import io.svmcoord.loadtest.ctl.Coordinator;
import io.svmcoord.loadtest.ctl.SessionRow;
import io.svmcoord.loadtest.process.Termination;
import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.Latencies;
import io.svmcoord.loadtest.report.MapperStats;
import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.RunFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * A demonstration from its start to its report. Confined to one thread; it ends early when the
 * process is told to stop, or when coordinator or host are gone.
 */
public final class DemoRun {
  private static final int ADMIN_PORT = 7071;
  private static final int LISTED_MAX = 1_000;

  /** Between two looks at sessions whose leases run out. */
  private static final Duration LEASE_TICK = Duration.ofMillis(100);

  /** Longest that a suspect session is waited for beyond its lease. */
  private static final Duration LEASE_SLACK = Duration.ofSeconds(2);

  private final DemoOptions options;
  private final DemoProgress progress;
  private final Termination signal;

  private DemoRun(DemoOptions options, DemoProgress progress, Termination signal) {
    this.options = options;
    this.progress = progress;
    this.signal = signal;
  }

  /**
   * Runs; blocks for its duration, and ends every process that it started.
   *
   * @param err where people see how far it is
   * @param isTerminal whether a line there can renew itself
   * @throws RunFailure when a role can't be started or does not report
   */
  public static DemoReport run(DemoOptions options, PrintWriter err, boolean isTerminal) {
    try (Termination signal = Termination.install()) {
      return new DemoRun(options, new DemoProgress(err, isTerminal), signal).run();
    }
  }

  private DemoReport run() {
    int adminPort = adminPort();
    try (DemoRoles roles =
        options.isProcesses()
            ? ProcessRoles.start(options, adminPort, progress::news)
            : EmbeddedRoles.start(options, adminPort)) {
      progress.places(roles.places());
      Duration elapsed = watch(roles);
      progress.end();
      return roles
          .broken()
          .map(why -> report(roles, roles.counts(), elapsed, List.of(), 0))
          .orElseGet(() -> finish(roles, elapsed));
    }
  }

  private int adminPort() {
    Integer wanted = options.adminPort();
    if (wanted != null) {
      return wanted;
    }
    try (ServerSocket probe = new ServerSocket(ADMIN_PORT, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException e) {
      // Somebody listens there already: any other port will do, and is told.
      return 0;
    }
  }

  private Duration watch(DemoRoles roles) {
    long startNanos = System.nanoTime();
    Duration elapsed = Duration.ZERO;
    while (elapsed.compareTo(options.duration()) < 0
        && !signal.isStopping()
        && roles.broken().isEmpty()) {
      Duration left = options.duration().minus(elapsed);
      Duration tick = left.compareTo(progress.tick()) < 0 ? left : progress.tick();
      signal.awaitStop(tick);
      elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
      progress.status(elapsed, roles.counts());
    }
    return elapsed;
  }

  private DemoReport finish(DemoRoles roles, Duration elapsed) {
    DemoCounts counts = roles.finish();
    InetSocketAddress at =
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(),
            Integer.parseInt(roles.target().substring(roles.target().lastIndexOf(':') + 1)));
    try (Coordinator coordinator = Coordinator.at(at)) {
      List<SessionRow> ended = endedSessions(coordinator);
      int stillRunning = coordinator.invalidations(0, LISTED_MAX).rows().size();
      return report(roles, counts, elapsed, ended, stillRunning);
    }
  }

  /** Sessions that did not leave by themselves; those that are suspect get their lease's time. */
  private List<SessionRow> endedSessions(Coordinator coordinator) {
    long startNanos = System.nanoTime();
    Duration longest = options.ttl().multipliedBy(2).plus(LEASE_SLACK);
    List<SessionRow> sessions = coordinator.sessions();
    while (hasSuspect(sessions)
        && System.nanoTime() - startNanos < longest.toNanos()
        && !signal.awaitStop(LEASE_TICK)) {
      sessions = coordinator.sessions();
    }
    return sessions.stream()
        .filter(session -> session.state().equals("expired") || session.state().equals("evicted"))
        .toList();
  }

  private static boolean hasSuspect(List<SessionRow> sessions) {
    return sessions.stream().anyMatch(session -> session.state().equals("suspect"));
  }

  private DemoReport report(
      DemoRoles roles,
      DemoCounts counts,
      Duration elapsed,
      List<SessionRow> ended,
      int stillRunning) {
    HostStats host = counts.host();
    DeviceStats devices = counts.devices();
    Histogram fanOut = Latencies.decode(host.beginHistogram());
    List<String> examples = devices.reads().staleExamples();
    MapperStats mappers = counts.mappers();
    return new DemoReport(
        counts.stalePages(),
        counts.readsChecked(),
        host.invalidations(),
        host.unfinished() + stillRunning,
        host.concurrentBeginsMax(),
        ended.size(),
        Numbers.micros(fanOut.getValueAtPercentile(50)),
        Numbers.micros(fanOut.getValueAtPercentile(99)),
        Numbers.micros(fanOut.getValueAtPercentile(99.9)),
        Numbers.millis(host.beginMaxNanos()),
        Numbers.perSecond(host.invalidations(), elapsed.toNanos()),
        devices.faults(),
        mappers == null ? devices.retries() : sum(devices.retries(), mappers.retries()),
        sum(devices.leaseEvents(), host.leaseEvents()),
        ended.stream().map(DemoReport.EndedSession::of).toList(),
        roles.lostProcesses(),
        roles.broken().orElse(""),
        Numbers.seconds(elapsed.toNanos()),
        options.devices(),
        options.mappers(),
        options.isProcesses(),
        options.seed(),
        host.invalidationsByKind(),
        host.forceEnded(),
        mappers == null ? examples : mappers.reads().plus(devices.reads()).staleExamples());
  }

  private static Map<String, Long> sum(Map<String, Long> left, Map<String, Long> right) {
    Map<String, Long> sums = new HashMap<>(left);
    right.forEach((name, count) -> sums.merge(name, count, Long::sum));
    return sums;
  }
}
