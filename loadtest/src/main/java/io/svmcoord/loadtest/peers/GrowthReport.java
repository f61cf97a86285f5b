package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Columns;
import io.svmcoord.loadtest.report.Numbers;
import java.util.List;

/**
 * How the time of an acked fan-out grows. Immutable.
 *
 * @param rows by what grows, ascending
 * @param rounds turns of each
 * @param durationS seconds that were counted in a turn, at least
 * @param transport of the JVMs' sockets: epoll or nio
 * @param jdk Java version
 * @param cpus processors of the machine
 */
public record GrowthReport(
    List<GrowthRow> rows, int rounds, double durationS, String transport, String jdk, int cpus) {

  /** The same for people. */
  public String table() {
    return new Columns<GrowthRow>()
        .add("of", row -> row.growth().text())
        .add("how many", row -> Numbers.grouped(row.value()))
        .add("devices", row -> row.figures().devices())
        .add("p50 us", row -> Numbers.decimal(row.figures().p50Us()))
        .add("p99 us", row -> Numbers.decimal(row.figures().p99Us()))
        .add("CPU us/op", row -> Numbers.decimal(row.figures().serverCpuUsPerOp()))
        .add("p50 ratio", row -> Spread.text(row.figures().p50Ratio()))
        .add("p99 ratio", row -> Spread.text(row.figures().p99Ratio()))
        .add("CPU ratio", row -> Spread.text(row.figures().serverCpuRatio()))
        .add("per device more", row -> Spread.text(row.marginalRatio()))
        .of(rows)
        .note("")
        .note(
            ("Medians of %d turns of %.1f s, in brackets the lowest and the highest; ratios to the"
                    + " fewest in the same round.")
                .formatted(rounds, durationS))
        .note("Transport %s, JDK %s, %d processors.".formatted(transport, jdk, cpus))
        .render();
  }
}
