package io.svmcoord.loadtest.sim.seeds;

import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import io.svmcoord.loadtest.sim.check.Promise;
import io.svmcoord.loadtest.sim.world.SimulationResult;
import java.util.List;
import java.util.Locale;

/**
 * What many seeds came to. Immutable.
 *
 * @param seeds seeds that were run
 * @param from the first of them
 * @param failures those of them that broke a promise or broke off; 0 when all is well
 * @param simulatedS simulated seconds, all together
 * @param events events that happened, all together
 * @param elapsedS real seconds
 * @param seedsPerS seeds for each real second
 * @param threads threads that ran them
 * @param failing the failing seeds, lowest first, {@link SeedsRun#FAILING_KEPT_MAX} at most
 */
public record SeedsReport(
    long seeds,
    long from,
    long failures,
    double simulatedS,
    long events,
    double elapsedS,
    double seedsPerS,
    int threads,
    List<Failing> failing) {
  /** Lines of an error that people are shown; JSON has all. */
  private static final int ERROR_LINES_MAX = 12;

  /** Copies the list. */
  public SeedsReport {
    failing = List.copyOf(failing);
  }

  /**
   * A failing seed.
   *
   * @param seed the seed
   * @param replay the command that runs it again and shows what happens
   * @param violations promises that were broken, the first first
   * @param error what ended the run before its time; empty if it came to its end
   */
  public record Failing(long seed, String replay, List<Broken> violations, String error) {
    /** Copies the list. */
    public Failing {
      violations = List.copyOf(violations);
    }

    static Failing of(SimulationResult result) {
      return new Failing(
          result.seed(),
          "./svm simulate --seed %d --trace".formatted(result.seed()),
          result.violations().stream()
              .map(one -> new Broken(one.promise(), Numbers.millis(one.timeNanos()), one.text()))
              .toList(),
          result.failure().orElse(""));
    }
  }

  /**
   * A broken promise.
   *
   * @param promise which
   * @param timeMs simulated milliseconds since the beginning
   * @param text what happened, for people
   */
  public record Broken(Promise promise, double timeMs, String text) {}

  /** The same for people. */
  public String table() {
    StringBuilder text =
        new StringBuilder(
            TextTable.of("", "")
                .row("seeds", Numbers.grouped(seeds))
                .row("failures", Numbers.grouped(failures))
                .row("simulated s", Numbers.decimal(simulatedS))
                .row("events", Numbers.grouped(events))
                .row("elapsed s", Numbers.decimal(elapsedS))
                .row("seeds/s", Numbers.decimal(seedsPerS))
                .render());
    for (Failing each : failing) {
      text.append(String.format(Locale.ROOT, "%nseed %d: %s%n", each.seed(), each.replay()));
      for (Broken broken : each.violations()) {
        text.append(
            String.format(
                Locale.ROOT,
                "  %s at %.1f ms: %s%n",
                broken.promise(),
                broken.timeMs(),
                broken.text()));
      }
      each.error()
          .lines()
          .limit(ERROR_LINES_MAX)
          .forEach(line -> text.append(String.format(Locale.ROOT, "  %s%n", line)));
    }
    if (failures > failing.size()) {
      text.append(String.format(Locale.ROOT, "%n%d more%n", failures - failing.size()));
    }
    return text.toString();
  }
}
