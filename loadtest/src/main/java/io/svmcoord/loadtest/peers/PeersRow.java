package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Columns;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One system in one cell of the table: the medians of its turns, with their spread. Immutable.
 *
 * @param system its name
 * @param devices how many acked each operation
 * @param outstanding operations that ran at once
 * @param p50Us median of a turn, microseconds
 * @param p50UsMin lowest of the turns
 * @param p50UsMax highest of the turns
 * @param p99Us 99th percentile of a turn, microseconds
 * @param p99UsMin lowest of the turns
 * @param p99UsMax highest of the turns
 * @param opsPerS operations for each second
 * @param opsPerSMin lowest of the turns
 * @param opsPerSMax highest of the turns
 * @param serverCpuUsPerOp processor time of the server for each operation, microseconds
 * @param serverAllocBytesPerOp what the server allocated on its heap for each operation; null when
 *     it does not tell
 * @param p50Ratio its p50 over the baseline's of the same round; null without the baseline
 * @param p99Ratio the same of p99
 * @param opsRatio the same of operations for each second
 * @param serverCpuRatio the same of the server's processor time; null also when the turns were too
 *     short for its clock
 * @param serverAllocRatio the same of what the server allocated; null also when one of the two does
 *     not tell
 */
public record PeersRow(
    String system,
    int devices,
    int outstanding,
    double p50Us,
    double p50UsMin,
    double p50UsMax,
    double p99Us,
    double p99UsMin,
    double p99UsMax,
    double opsPerS,
    double opsPerSMin,
    double opsPerSMax,
    double serverCpuUsPerOp,
    @Nullable Double serverAllocBytesPerOp,
    @Nullable Spread p50Ratio,
    @Nullable Spread p99Ratio,
    @Nullable Spread opsRatio,
    @Nullable Spread serverCpuRatio,
    @Nullable Spread serverAllocRatio) {
  private static final int TENTHS = 10;

  /** Of the turns of one system in one cell, and those of the baseline in the same rounds. */
  static PeersRow of(
      String system,
      int devices,
      int outstanding,
      List<Sample> turns,
      @Nullable List<Sample> baseline) {
    Spread p50 = spread(turns, Sample::p50Us);
    Spread p99 = spread(turns, Sample::p99Us);
    Spread ops = spread(turns, Sample::opsPerS);
    boolean isTold = turns.stream().allMatch(turn -> Double.isFinite(turn.serverAllocPerOp()));
    return new PeersRow(
        system,
        devices,
        outstanding,
        p50.median(),
        p50.min(),
        p50.max(),
        p99.median(),
        p99.min(),
        p99.max(),
        ops.median(),
        ops.min(),
        ops.max(),
        spread(turns, Sample::serverCpuUsPerOp).median(),
        isTold ? spread(turns, Sample::serverAllocPerOp).median() : null,
        ratio(turns, baseline, Sample::p50Us),
        ratio(turns, baseline, Sample::p99Us),
        ratio(turns, baseline, Sample::opsPerS),
        ratio(turns, baseline, Sample::serverCpuUsPerOp),
        ratio(turns, baseline, Sample::serverAllocPerOp));
  }

  /** Appends the columns of the ratios. */
  static <T> Columns<T> withRatios(Columns<T> columns, Function<T, PeersRow> of) {
    return columns
        .add("p50 ratio", row -> Spread.text(of.apply(row).p50Ratio))
        .add("p99 ratio", row -> Spread.text(of.apply(row).p99Ratio))
        .add("ops ratio", row -> Spread.text(of.apply(row).opsRatio))
        .add("CPU ratio", row -> Spread.text(of.apply(row).serverCpuRatio))
        .add("alloc ratio", row -> Spread.text(of.apply(row).serverAllocRatio));
  }

  private static Spread spread(List<Sample> turns, ToDoubleFunction<Sample> figure) {
    return Spread.of(turns.stream().mapToDouble(figure).toArray(), TENTHS);
  }

  private static @Nullable Spread ratio(
      List<Sample> turns, @Nullable List<Sample> baseline, ToDoubleFunction<Sample> figure) {
    return baseline == null ? null : Turns.ratio(turns, baseline, figure);
  }

  /** One turn, in the units of the row; NaN for what the server does not tell. */
  record Sample(
      double p50Us,
      double p99Us,
      double opsPerS,
      double serverCpuUsPerOp,
      double serverAllocPerOp) {
    static Sample of(RunningPeer.Turn turn) {
      HostTurn host = turn.host();
      return new Sample(
          host.p50Nanos() / NANOS_PER_MICRO,
          host.p99Nanos() / NANOS_PER_MICRO,
          host.ops() * NANOS_PER_SECOND / host.nanos(),
          turn.serverCpu().toNanos() / NANOS_PER_MICRO / host.begun(),
          turn.serverAllocatedBytes().isPresent()
              ? (double) turn.serverAllocatedBytes().getAsLong() / host.begun()
              : Double.NaN);
    }

    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;
  }
}
