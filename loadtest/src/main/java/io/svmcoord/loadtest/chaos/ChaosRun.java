package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.ctl.Coordinator;
import io.svmcoord.loadtest.process.Termination;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.LateBegin;
import io.svmcoord.loadtest.report.Latencies;
import io.svmcoord.loadtest.report.Numbers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** One run: strikes and heals as scheduled, lets everybody settle, and adds up. */
public final class ChaosRun {
  /** What everybody gets to find back after the last fault; JVMs that start anew need most. */
  private static final Duration SETTLE_MAX = Duration.ofSeconds(90);

  private static final Duration SETTLE_TICK = Duration.ofMillis(200);

  /** A time in the schedule at which something is to be done. */
  private record Due(Duration at, Runnable action) {}

  private final ChaosOptions options;
  private final List<ChaosStep> schedule;
  private final Consumer<String> news;
  private final Termination signal;
  private final Outages outages = new Outages();
  private final HeapSamples heap = new HeapSamples();

  /** Steps that this machine allowed, and those that it did not, in words. */
  private final List<ChaosStep> happened = new ArrayList<>();

  private final List<String> skipped = new ArrayList<>();

  private final ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();

  private ChaosRun(ChaosOptions options, Consumer<String> news, Termination signal) {
    this.options = options;
    this.schedule = ChaosSchedule.of(options);
    this.news = news;
    this.signal = signal;
  }

  /**
   * Runs it; blocks for its duration, and the time to start and to settle.
   *
   * @param news told of every fault when it happens
   */
  public static ChaosReport run(ChaosOptions options, Consumer<String> news) {
    try (Termination signal = Termination.install()) {
      return new ChaosRun(options, news, signal).run();
    }
  }

  private ChaosReport run() {
    try (Machine machine = Machine.here();
        ChaosCluster cluster = ChaosCluster.start(options, machine, this::onLost)) {
      try (Coordinator coordinator = Coordinator.at(loopback(cluster.port()))) {
        long startNanos = System.nanoTime();
        strikeAndHeal(machine, cluster, startNanos);
        List<String> unaccounted = settle(coordinator);
        cluster.finish();
        int leftOver = coordinator.invalidations(0, Coordinator.ROWS_MAX).rows().size();
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
        return report(cluster.counts(), unaccounted, leftOver, elapsed);
      }
    }
  }

  private void onLost(String what) {
    lost.add(what);
    news.accept(what);
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private void strikeAndHeal(Machine machine, ChaosCluster cluster, long startNanos) {
    PriorityQueue<Due> due = new PriorityQueue<>((a, b) -> a.at.compareTo(b.at));
    for (ChaosStep step : schedule) {
      due.add(new Due(step.at(), () -> strike(machine, cluster, step, due, startNanos)));
    }
    for (Duration at = Duration.ZERO;
        at.compareTo(options.duration()) <= 0;
        at = at.plus(HeapSamples.INTERVAL)) {
      due.add(new Due(at, () -> cluster.sample(heap)));
    }
    for (Due next = due.poll(); next != null; next = due.poll()) {
      Duration left = next.at.minusNanos(System.nanoTime() - startNanos);
      if (left.isPositive() && signal.awaitStop(left)) {
        return; // Whatever is still in trouble is let go when the processes are closed.
      }
      next.action.run();
    }
  }

  private void strike(
      Machine machine,
      ChaosCluster cluster,
      ChaosStep step,
      PriorityQueue<Due> due,
      long startNanos) {
    Optional<String> lack = machine.lacks(step.fault());
    if (lack.isPresent()) {
      String what = step + ": left out, it needs " + lack.get();
      skipped.add(what);
      news.accept(what);
      return;
    }
    happened.add(step);
    news.accept(step.toString());
    long struckNanos = System.nanoTime();
    cluster.strike(step.victim(), step.fault());
    // From now, not from when it should have been: the pause is at least as long as it should.
    Duration end = Duration.ofNanos(System.nanoTime() - startNanos).plus(step.fault().length());
    due.add(
        new Due(
            end,
            () -> {
              cluster.heal(step.victim(), step.fault());
              if (isOnPathOfBegins(step.victim()) && step.fault().isOutage()) {
                outages.add(struckNanos, System.nanoTime() + recovery().toNanos());
              }
            }));
  }

  /** Whether a begin can't be answered while it is in trouble, whatever the devices do. */
  private static boolean isOnPathOfBegins(Victim victim) {
    return victim.equals(Victim.COORDINATOR) || victim.equals(Victim.HOST);
  }

  /**
   * After an outage of its own a host may have to wait for its lease and to open a session anew.
   */
  private Duration recovery() {
    return options.ttl().plus(options.guard());
  }

  /** Waits until every client has its session again; what doesn't add up in the end. */
  private List<String> settle(Coordinator coordinator) {
    List<String> expected =
        Stream.concat(
                Stream.of("host", "guest"),
                IntStream.range(0, options.devices()).mapToObj(number -> "device-" + number))
            .toList();
    long startNanos = System.nanoTime();
    List<String> wrong = Accounts.unaccounted(expected, coordinator.sessions());
    while (!wrong.isEmpty()
        && System.nanoTime() - startNanos < SETTLE_MAX.toNanos()
        && !signal.awaitStop(SETTLE_TICK)) {
      wrong = Accounts.unaccounted(expected, coordinator.sessions());
    }
    return wrong;
  }

  private ChaosReport report(
      ChaosCounts counts, List<String> unaccounted, int leftOver, Duration elapsed) {
    HostStats host = counts.host();
    Histogram begins = Latencies.decode(host.beginHistogram());
    long failed = host.failed().values().stream().mapToLong(Long::longValue).sum();
    List<String> late = new ArrayList<>();
    // Those that nobody wrote down can't be explained.
    long outOfBound = host.lateBeginsMore() + host.unfinished();
    for (LateBegin begin : host.lateBegins()) {
      long outage = outages.withinNanos(begin.startNanos(), begin.startNanos() + begin.nanos());
      boolean isOut = begin.nanos() - outage > options.bound().plus(ChaosOptions.SLACK).toNanos();
      outOfBound += isOut ? 1 : 0;
      late.add(
          "%.1f ms, %s, %.1f ms of it an outage of host or coordinator%s"
              .formatted(
                  Numbers.millis(begin.nanos()),
                  begin.outcome(),
                  Numbers.millis(outage),
                  isOut ? ": out of bound" : ""));
    }
    HeapSamples.Growth growth = heap.growth();
    return new ChaosReport(
        counts.reads().stale(),
        begins.getTotalCount() + failed + host.wouldBlock() + host.unfinished(),
        outOfBound,
        unaccounted.size(),
        unaccounted,
        counts.reads().checked(),
        host.invalidations(),
        leftOver,
        host.forceEnded(),
        Numbers.millis(options.bound().toNanos()),
        Numbers.millis(ChaosOptions.SLACK.toNanos()),
        byTime(begins),
        Numbers.millis(host.beginMaxNanos()),
        late,
        host.failed(),
        host.sessionsNotAcked(),
        leaseEvents(counts),
        faultCounts(),
        schedule.stream().map(ChaosStep::toString).toList(),
        skipped,
        List.copyOf(lost),
        growth.firstMb(),
        growth.lastMb(),
        Numbers.seconds(elapsed.toNanos()),
        options.seed(),
        counts.reads().staleExamples());
  }

  private Map<String, Long> byTime(Histogram begins) {
    Map<String, Long> counts = new LinkedHashMap<>();
    long[] limits = {
      Duration.ofMillis(1).toNanos(),
      Duration.ofMillis(10).toNanos(),
      Duration.ofMillis(100).toNanos(),
      ChaosOptions.ACK_DEADLINE.toNanos(),
      options.bound().toNanos()
    };
    long below = 0;
    for (long limit : limits) {
      long upTo = begins.getCountBetweenValues(0, limit);
      counts.put("up to %.0f ms".formatted(Numbers.millis(limit)), upTo - below);
      below = upTo;
    }
    counts.put("longer", begins.getTotalCount() - below);
    return counts;
  }

  private static Map<String, Long> leaseEvents(ChaosCounts counts) {
    Map<String, Long> sums = new TreeMap<>(counts.host().leaseEvents());
    counts
        .devices()
        .ifPresent(
            devices ->
                devices.leaseEvents().forEach((name, count) -> sums.merge(name, count, Long::sum)));
    return sums;
  }

  private Map<String, Long> faultCounts() {
    Map<String, Long> sums = new TreeMap<>();
    for (ChaosStep step : happened) {
      sums.merge(step.victim().role() + " " + kind(step.fault()), 1L, Long::sum);
    }
    return sums;
  }

  private static String kind(Fault fault) {
    return switch (fault) {
      case Fault.Kill kill -> "killed";
      case Fault.OffClock off -> "killed, then clocks off";
      case Fault.DiskFull full -> "disk full";
      case Fault.LinkDown down -> "link down";
      case Fault.Freeze freeze -> "frozen";
      case Fault.Cut cut -> "cut";
      case Fault.Refuse refuse -> "refused";
      case Fault.BadLink bad -> bad.what().replaceAll(" [0-9].*", "");
    };
  }
}
