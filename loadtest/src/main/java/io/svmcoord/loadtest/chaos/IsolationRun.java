package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.process.ChildProcess;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Measures begins of one address space while a device of another one is stopped, and while it is
 * not, in turns: first without, then with, then with, then without, so that a drift of the machine
 * falls on both. Confined to one thread.
 */
public final class IsolationRun {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(90);

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
   * @throws RunFailure when a process ends
   */
  public static IsolationReport run(IsolationOptions options, Consumer<String> news) {
    return new IsolationRun(options, news).run();
  }

  private IsolationReport run() {
    List<String> arguments =
        List.of(
            "serve",
            "--listen=127.0.0.1:0",
            "--admin=127.0.0.1:0",
            "--stop-with-stdin",
            "-o",
            "json");
    try (ChildProcess coordinator = ChildProcess.start("coordinator", arguments, line -> {})) {
      int port = coordinator.awaitReady(READY_TIMEOUT).path("port").asInt();
      try (Neighbours players = new Neighbours(port, news)) {
        RoleProcess stuck = players.startHost("stuck", 20);
        RoleProcess measured = players.startHost("measured", 0);
        RoleProcess victim = players.startDevices(stuck, "victim", 1);
        var _ = players.startDevices(measured, "device", options.devices());
        stuck.go();
        measured.go();
        return measure(stuck, measured, victim);
      }
    }
  }

  /** What was measured in one phase. */
  private record Phase(Histogram begins, long beginsOfStuck) {}

  private IsolationReport measure(RoleProcess stuck, RoleProcess measured, RoleProcess victim) {
    LockSupport.parkNanos(options.phase().toNanos()); // Everybody compiles.
    List<IsolationReport.Round> rounds = new ArrayList<>();
    long beginsOfStopped = 0;
    for (int i = 0; i < options.rounds(); i++) {
      boolean isStoppedFirst = i % 2 == 1;
      Phase first = phase(stuck, measured, victim, isStoppedFirst);
      Phase second = phase(stuck, measured, victim, !isStoppedFirst);
      Phase free = isStoppedFirst ? second : first;
      Phase stopped = isStoppedFirst ? first : second;
      IsolationReport.Round round =
          new IsolationReport.Round(
              free.begins.getTotalCount(),
              Numbers.millis(free.begins.getValueAtPercentile(P99)),
              stopped.begins.getTotalCount(),
              Numbers.millis(stopped.begins.getValueAtPercentile(P99)));
      rounds.add(round);
      beginsOfStopped += stopped.beginsOfStuck;
      news.accept("round %d: %.3f".formatted(i + 1, round.ratio()));
    }
    return IsolationReport.of(rounds, beginsOfStopped);
  }

  private Phase phase(
      RoleProcess stuck, RoleProcess measured, RoleProcess victim, boolean isStopped) {
    if (isStopped) {
      victim.freeze();
    }
    LockSupport.parkNanos(Neighbours.SETTLE.toNanos());
    Histogram before = Neighbours.begins(measured);
    long stuckBefore = Neighbours.begins(stuck).getTotalCount();
    LockSupport.parkNanos(options.phase().toNanos());
    Histogram begins = Neighbours.begins(measured);
    begins.subtract(before);
    long stuckAfter = Neighbours.begins(stuck).getTotalCount();
    if (isStopped) {
      victim.unfreeze();
      LockSupport.parkNanos(Neighbours.SETTLE.toNanos());
    }
    if (begins.getTotalCount() == 0) {
      throw RunFailure.foundWrong("no begin was answered in a phase (expected: some)");
    }
    return new Phase(begins, stuckAfter - stuckBefore);
  }
}
