package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
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
    TextTable table =
        TextTable.of(
            "of",
            "how many",
            "devices",
            "p50 us",
            "p99 us",
            "CPU us/op",
            "p50 ratio",
            "p99 ratio",
            "CPU ratio",
            "per device more");
    for (GrowthRow row : rows) {
      PeersRow figures = row.figures();
      table.row(
          row.growth().text(),
          Numbers.grouped(row.value()),
          figures.devices(),
          Numbers.decimal(figures.p50Us()),
          Numbers.decimal(figures.p99Us()),
          Numbers.decimal(figures.serverCpuUsPerOp()),
          Spread.text(figures.p50Ratio()),
          Spread.text(figures.p99Ratio()),
          Spread.text(figures.serverCpuRatio()),
          Spread.text(row.marginalRatio()));
    }
    return table.render()
        + """

        Medians of %d turns of %.1f s, in brackets the lowest and the highest; ratios to the fewest in the same round.
        Transport %s, JDK %s, %d processors.
        """
            .formatted(rounds, durationS, transport, jdk, cpus);
  }
}
