package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Columns;
import io.svmcoord.loadtest.report.Numbers;
import java.util.List;

/**
 * The table of a benchmark. Immutable.
 *
 * @param rows operation by operation
 * @param rounds turns of each system in a cell
 * @param durationS seconds that were counted in a turn, at least
 * @param transport of the JVMs' sockets: epoll or nio
 * @param jdk Java version
 * @param cpus processors of the machine
 */
public record BenchReport(
    List<BenchRow> rows, int rounds, double durationS, String transport, String jdk, int cpus) {

  /** The same for people. */
  public String table() {
    Columns<BenchRow> columns =
        new Columns<BenchRow>()
            .add("operation", BenchRow::operation)
            .add("devices", row -> row.figures().devices())
            .add("at once", row -> row.figures().outstanding())
            .add("p50 us", row -> Numbers.decimal(row.figures().p50Us()))
            .add("ops/s", row -> Numbers.decimal(row.figures().opsPerS()))
            .add("against", BenchRow::baseline);
    return PeersRow.withRatios(columns, BenchRow::figures)
        .of(rows)
        .note("")
        .note(
            ("Medians of %d turns of %.1f s in turns with the baseline, in brackets the lowest and"
                    + " the highest.")
                .formatted(rounds, durationS))
        .note("Transport %s, JDK %s, %d processors.".formatted(transport, jdk, cpus))
        .render();
  }
}
