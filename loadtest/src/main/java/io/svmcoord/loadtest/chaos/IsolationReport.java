package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.util.List;

/**
 * Begins of one address space, without and with a stopped device in another one. Immutable.
 *
 * @param rounds one after the other, in turns
 * @param p99RatioMedian of the rounds' ratios; 1 is: no difference
 * @param p99RatioMin the least of them
 * @param p99RatioMax the greatest of them
 * @param beginsOfStopped begins of the other space that were answered while its device was stopped
 */
public record IsolationReport(
    List<Round> rounds,
    double p99RatioMedian,
    double p99RatioMin,
    double p99RatioMax,
    long beginsOfStopped) {
  /** Copies the list. */
  public IsolationReport {
    rounds = List.copyOf(rounds);
  }

  /**
   * One pair of measurements.
   *
   * @param begins without a stopped device
   * @param p99Ms of them, milliseconds
   * @param stoppedBegins with one
   * @param stoppedP99Ms of them, milliseconds
   */
  public record Round(long begins, double p99Ms, long stoppedBegins, double stoppedP99Ms) {
    double ratio() {
      return stoppedP99Ms / p99Ms;
    }
  }

  /** Adds the ratios up. */
  static IsolationReport of(List<Round> rounds, long beginsOfStopped) {
    double[] ratios = rounds.stream().mapToDouble(Round::ratio).sorted().toArray();
    int middle = ratios.length / 2;
    double median =
        ratios.length % 2 == 1 ? ratios[middle] : (ratios[middle - 1] + ratios[middle]) / 2;
    return new IsolationReport(
        rounds, median, ratios[0], ratios[ratios.length - 1], beginsOfStopped);
  }

  /** The same for people. */
  public String table() {
    TextTable table =
        TextTable.of("ROUND", "BEGINS", "P99 MS", "BEGINS, ONE STOPPED", "P99 MS", "RATIO");
    for (int i = 0; i < rounds.size(); i++) {
      Round round = rounds.get(i);
      table.row(
          i + 1,
          Numbers.grouped(round.begins),
          "%.3f".formatted(round.p99Ms),
          Numbers.grouped(round.stoppedBegins),
          "%.3f".formatted(round.stoppedP99Ms),
          "%.3f".formatted(round.ratio()));
    }
    return table.render()
        + "ratio of the p99: median %.3f, %.3f to %.3f; begins of the space with the stopped device: %d%n"
            .formatted(p99RatioMedian, p99RatioMin, p99RatioMax, beginsOfStopped);
  }
}
