package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.Latencies;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Hosts and devices of address spaces on one coordinator, each in a process of its own, and the
 * begins that the hosts made until now. Confined to one thread.
 */
final class Neighbours implements AutoCloseable {
  /** Of the devices: who is stopped is waited for during all of a measurement. */
  static final Duration TTL = Duration.ofSeconds(60);

  /**
   * Time after a change before which nothing counts; above that between two reports of a host,
   * which tells of itself every 100 ms.
   */
  static final Duration SETTLE = Duration.ofMillis(700);

  private final String target;
  private final Consumer<String> news;
  private final List<RoleProcess> players = new ArrayList<>();

  /** Of the coordinator at this host:port; {@code news} hears who is lost. */
  Neighbours(String target, Consumer<String> news) {
    this.target = target;
    this.news = news;
  }

  /**
   * Starts the host of a space; it waits for {@link RoleProcess#go}.
   *
   * @param changesPerSecond of its pages; 0: as fast as it can
   */
  RoleProcess startHost(String name, int changesPerSecond) {
    return start(
        "host",
        Arguments.ofRole("host", target)
            .and("--hold", "--progress=100ms", "--pages=256", "--changes=1", "--ack-deadline=60s")
            .with("--changes-per-second", changesPerSecond),
        name);
  }

  /** Starts devices of a host's space; blocks until they are connected. */
  RoleProcess startDevices(RoleProcess host, String name, int devices) {
    HostReady at = Objects.requireNonNull(host.awaitReady().ready(), "ready");
    RoleProcess process =
        start(
            "devices",
            Arguments.ofRole("device", target)
                .with("--devices", devices)
                .with("--reads-per-second", 100)
                .with("--ttl", TTL)
                .with(at),
            name);
    var _ = process.awaitReady();
    return process;
  }

  private RoleProcess start(String role, Arguments arguments, String name) {
    Arguments named = arguments.with("--name", name);
    RoleProcess process = RoleProcess.start(role, name, Launch.SAME, named, news);
    players.add(process);
    return process;
  }

  /**
   * How long each begin of a host took until now, nanoseconds.
   *
   * @throws RunFailure when it told nothing of itself
   */
  static Histogram begins(RoleProcess host) {
    HostStats stats =
        host.report()
            .map(report -> Objects.requireNonNull(report.host(), "host"))
            .orElseThrow(() -> RunFailure.foundWrong(host.what() + ": told nothing of itself"));
    return Latencies.decode(stats.beginHistogram());
  }

  /** Ends all of them, the stopped ones too. */
  @Override
  public void close() {
    // Devices first: a host releases its address space when it goes.
    List<RoleProcess> lastFirst = players.reversed();
    lastFirst.forEach(RoleProcess::unfreeze);
    lastFirst.forEach(RoleProcess::close);
  }
}
