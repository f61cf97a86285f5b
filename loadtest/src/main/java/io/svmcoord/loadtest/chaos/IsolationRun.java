package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.ctl.Coordinator;
import io.svmcoord.loadtest.load.FanoutSubscription;
import io.svmcoord.loadtest.load.PacedHost;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.ChildProcess;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.RunFailure;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Measures begins of one address space while a device of another one is stopped, and while it is
 * not, in turns: first without, then with, then with, then without, so that a drift of the machine
 * falls on both.
 *
 * <p>Both have the same load. All begins are sent at a fixed rate, however long the answers take. A
 * few wait for the stopped device, and those that its space takes no more are begun in a third
 * space, the filler, whose one device otherwise stands by. So each second as many begins are
 * answered, by as many devices, in as many processes. Confined to one thread.
 */
public final class IsolationRun {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(90);

  /** Time after the device was stopped, or goes on, before which nothing counts. */
  private static final Duration SETTLE = Duration.ofMillis(700);

  /** Of the devices: who is stopped is waited for during all of a measurement. */
  private static final Duration TTL = Duration.ofSeconds(60);

  /** Begins that may wait in a space whose device runs; more are left out, and told of. */
  private static final int WAITING_MAX = 1_000;

  private static final double P50 = 50;
  private static final double P99 = 99;

  private final IsolationOptions options;
  private final Consumer<String> news;

  private IsolationRun(IsolationOptions options, Consumer<String> news) {
    this.options = options;
    this.news = news;
  }

  /**
   * Runs it; blocks until it is over and every process has ended.
   *
   * @param news told of each round
   * @throws RunFailure when a process or a session ends, or the stopped device still acks
   */
  public static IsolationReport run(IsolationOptions options, Consumer<String> news) {
    return new IsolationRun(options, news).run();
  }

  private IsolationReport run() {
    try (CoordinatorProcess coordinator = CoordinatorProcess.start()) {
      InetSocketAddress address = coordinator.address();
      String target = coordinator.target();
      long measured;
      long troubled;
      long filler;
      try (Coordinator calls = Coordinator.at(address)) {
        measured = calls.createSpace("measured", FanoutSubscription.PAGE_BYTES).id();
        troubled = calls.createSpace("troubled", FanoutSubscription.PAGE_BYTES).id();
        filler = calls.createSpace("filler", FanoutSubscription.PAGE_BYTES).id();
      }
      try (ChildProcess ofMeasured = startDevices("devices", target, measured, options.devices());
          ChildProcess victim = startDevices("victim", target, troubled, 1);
          ChildProcess standBy = startDevices("stand-by", target, filler, 1)) {
        List.of(ofMeasured, victim, standBy).forEach(child -> child.awaitReady(READY_TIMEOUT));
        try (PacedHost host =
                new PacedHost(address, List.of(new PacedHost.Space(measured, WAITING_MAX)));
            PacedHost others =
                new PacedHost(
                    address,
                    List.of(
                        new PacedHost.Space(troubled, options.waiting()),
                        new PacedHost.Space(filler, WAITING_MAX)))) {
          host.start(options.beginsPerSecond());
          others.start(options.beginsPerSecond());
          return measure(host, others, victim);
        } finally {
          victim.signal("CONT");
        }
      }
    }
  }

  private static ChildProcess startDevices(String name, String target, long spaceId, int devices) {
    Arguments arguments =
        Arguments.of("load", "fanout-devices")
            .with("--target", target)
            .with("--space", spaceId)
            .with("--devices", devices)
            .with("--connections", devices)
            .with("--ttl", TTL);
    return ChildProcess.start(name, arguments.list(), line -> {});
  }

  private IsolationReport measure(PacedHost host, PacedHost others, ChildProcess victim) {
    // Everybody compiles, the filler's device too.
    var _ = phase(host, others, victim, true);
    var _ = phase(host, others, victim, false);
    List<IsolationReport.Round> rounds = new ArrayList<>();
    for (int i = 0; i < options.rounds(); i++) {
      boolean isStoppedFirst = i % 2 == 1;
      IsolationReport.Phase first = phase(host, others, victim, isStoppedFirst);
      IsolationReport.Phase second = phase(host, others, victim, !isStoppedFirst);
      IsolationReport.Round round =
          isStoppedFirst
              ? new IsolationReport.Round(second, first)
              : new IsolationReport.Round(first, second);
      rounds.add(round);
      news.accept(
          "round %d: p99 %.3f, begins/s of all %.3f"
              .formatted(
                  i + 1,
                  round.ratio(IsolationReport.Phase::p99Us),
                  round.ratio(IsolationReport.Phase::allPerS)));
    }
    return IsolationReport.of(rounds);
  }

  private IsolationReport.Phase phase(
      PacedHost host, PacedHost others, ChildProcess victim, boolean isStopped) {
    victim.signal(isStopped ? "STOP" : "CONT");
    LockSupport.parkNanos(SETTLE.toNanos());
    var _ = host.take();
    var _ = others.take();
    long startNanos = System.nanoTime();
    LockSupport.parkNanos(options.phase().toNanos());
    PacedHost.Taken measured = host.take();
    PacedHost.Taken beside = others.take();
    long nanos = System.nanoTime() - startNanos;
    Histogram begins = measured.answered().getFirst();
    long ofTroubled = beside.answered().getFirst().getTotalCount();
    if (begins.getTotalCount() == 0) {
      throw RunFailure.foundWrong("no begin was answered in a phase (expected: some)");
    }
    if (isStopped ? ofTroubled > 0 : ofTroubled == 0) {
      throw RunFailure.foundWrong(
          "begins answered in the space of the device that %s: %d (expected: %s)"
              .formatted(
                  isStopped ? "is stopped" : "runs", ofTroubled, isStopped ? "none" : "some"));
    }
    return new IsolationReport.Phase(
        Numbers.perSecond(begins.getTotalCount(), nanos),
        Numbers.micros(begins.getValueAtPercentile(P50)),
        Numbers.micros(begins.getValueAtPercentile(P99)),
        Numbers.perSecond(ofTroubled, nanos),
        Numbers.perSecond(beside.answered().getLast().getTotalCount(), nanos),
        measured.leftOut() + beside.leftOut());
  }
}
