package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.peers.Spread;
import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Begins of one address space, without and with a stopped device in another one. Immutable.
 *
 * @param rounds one after the other, in turns
 * @param loadRatio begins that were answered in all spaces, with a stopped device to without; 1 is:
 *     both measurements had the same load
 * @param p50Ratio of the measured space's begins, with a stopped device to without; 1 is: no
 *     difference
 * @param p99Ratio the same of their p99
 */
public record IsolationReport(
    List<Round> rounds, Spread loadRatio, Spread p50Ratio, Spread p99Ratio) {
  private static final int STEPS = 1_000;

  /** Copies the list. */
  public IsolationReport {
    rounds = List.copyOf(rounds);
  }

  /**
   * One measurement.
   *
   * @param measuredPerS begins of the measured space that were answered, each second
   * @param p50Us of them, microseconds
   * @param p99Us of them, microseconds
   * @param troubledPerS begins that were answered in the space of the device that is stopped or is
   *     not, each second
   * @param fillerPerS begins that were answered in the space that takes what that one does not,
   *     each second
   * @param leftOut begins that were due and not sent, because too many waited everywhere
   */
  public record Phase(
      double measuredPerS,
      double p50Us,
      double p99Us,
      double troubledPerS,
      double fillerPerS,
      long leftOut) {
    double allPerS() {
      return measuredPerS + troubledPerS + fillerPerS;
    }
  }

  /**
   * One pair of measurements.
   *
   * @param free without a stopped device
   * @param stopped with one
   */
  public record Round(Phase free, Phase stopped) {
    double ratio(ToDoubleFunction<Phase> of) {
      return of.applyAsDouble(stopped) / of.applyAsDouble(free);
    }
  }

  /** Adds the ratios up. */
  static IsolationReport of(List<Round> rounds) {
    return new IsolationReport(
        rounds,
        spread(rounds, Phase::allPerS),
        spread(rounds, Phase::p50Us),
        spread(rounds, Phase::p99Us));
  }

  private static Spread spread(List<Round> rounds, ToDoubleFunction<Phase> of) {
    return Spread.of(rounds.stream().mapToDouble(round -> round.ratio(of)).toArray(), STEPS);
  }

  /** The same for people. */
  public String table() {
    TextTable table =
        TextTable.of(
            "ROUND",
            "DEVICE",
            "BEGINS/S",
            "P50 US",
            "P99 US",
            "TROUBLED/S",
            "FILLER/S",
            "LEFT OUT");
    for (int i = 0; i < rounds.size(); i++) {
      row(table, i + 1, "runs", rounds.get(i).free);
      row(table, i + 1, "stopped", rounds.get(i).stopped);
    }
    return table.render()
        + TextTable.of("STOPPED TO RUNNING", "MEDIAN (LEAST-MOST)")
            .row("begins/s of all", Spread.text(loadRatio))
            .row("p50", Spread.text(p50Ratio))
            .row("p99", Spread.text(p99Ratio))
            .render();
  }

  private static void row(TextTable table, int round, String device, Phase phase) {
    table.row(
        round,
        device,
        Numbers.decimal(phase.measuredPerS),
        Numbers.decimal(phase.p50Us),
        Numbers.decimal(phase.p99Us),
        Numbers.decimal(phase.troubledPerS),
        Numbers.decimal(phase.fillerPerS),
        phase.leftOut);
  }
}
