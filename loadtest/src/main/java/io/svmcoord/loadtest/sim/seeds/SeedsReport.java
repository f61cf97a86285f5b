package io.svmcoord.loadtest.sim.seeds;

import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.util.List;
import java.util.Locale;

/**
 * What many seeds came to. Immutable.
 *
 * @param seeds seeds that were run
 * @param from the first of them
 * @param failures those of them that broke a promise or broke off; 0 when all is well
 * @param virtualS simulated seconds, all together
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
    double virtualS,
    long events,
    double elapsedS,
    double seedsPerS,
    int threads,
    List<Failing> failing) {
  /** Copies the list. */
  public SeedsReport {
    failing = List.copyOf(failing);
  }

  /**
   * A failing seed.
   *
   * @param seed the seed
   * @param replay the command that runs it again and shows what happens
   * @param broken what was wrong, the first first
   */
  public record Failing(long seed, String replay, List<SeedOutcome.Broken> broken) {
    static Failing of(SeedOutcome outcome) {
      return new Failing(
          outcome.seed(),
          "./svm simulate --seed %d --trace".formatted(outcome.seed()),
          outcome.broken());
    }
  }

  /** The same for people. */
  public String table() {
    StringBuilder text =
        new StringBuilder(
            TextTable.of("", "")
                .row("seeds", Numbers.grouped(seeds))
                .row("failures", Numbers.grouped(failures))
                .row("simulated s", Numbers.decimal(virtualS))
                .row("events", Numbers.grouped(events))
                .row("elapsed s", Numbers.decimal(elapsedS))
                .row("seeds/s", Numbers.decimal(seedsPerS))
                .render());
    for (Failing each : failing) {
      text.append(String.format(Locale.ROOT, "%nseed %d: %s%n", each.seed(), each.replay()));
      for (SeedOutcome.Broken broken : each.broken()) {
        text.append(
            String.format(
                Locale.ROOT,
                "  %s at %.3f ms: %s%n",
                broken.promise(),
                broken.timeMs(),
                broken.text()));
      }
    }
    if (failures > failing.size()) {
      text.append(String.format(Locale.ROOT, "%n%d more%n", failures - failing.size()));
    }
    return text.toString();
  }
}
