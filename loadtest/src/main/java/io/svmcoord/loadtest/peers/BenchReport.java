package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
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
    TextTable table =
        TextTable.of(
            "operation",
            "devices",
            "at once",
            "p50 us",
            "ops/s",
            "against",
            "p50 ratio",
            "p99 ratio",
            "ops ratio",
            "CPU ratio",
            "alloc ratio");
    for (BenchRow row : rows) {
      PeersRow figures = row.figures();
      table.row(
          row.operation(),
          figures.devices(),
          figures.outstanding(),
          Numbers.decimal(figures.p50Us()),
          Numbers.decimal(figures.opsPerS()),
          row.baseline(),
          Spread.text(figures.p50Ratio()),
          Spread.text(figures.p99Ratio()),
          Spread.text(figures.opsRatio()),
          Spread.text(figures.serverCpuRatio()),
          Spread.text(figures.serverAllocRatio()));
    }
    return table.render()
        + """

        Medians of %d turns of %.1f s in turns with the baseline, in brackets the lowest and the highest.
        Transport %s, JDK %s, %d processors.
        """
            .formatted(rounds, durationS, transport, jdk, cpus);
  }
}
