package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.util.List;

/**
 * The acked fan-out on several JVMs. Immutable.
 *
 * @param rows load by load
 * @param base options of the command's own JVM, which the others have too where they say nothing
 *     else
 * @param rounds turns of each
 * @param durationS seconds that were counted in a turn, at least
 * @param jdk Java version
 * @param cpus processors of the machine
 */
public record JvmReport(
    List<JvmRow> rows, List<String> base, int rounds, double durationS, String jdk, int cpus) {

  /** The same for people. */
  public String table() {
    TextTable table =
        TextTable.of(
            "at once",
            "load",
            "JVM",
            "p50 us",
            "p99 us",
            "ops/s",
            "p50 ratio",
            "p99 ratio",
            "ops ratio",
            "CPU ratio",
            "alloc ratio");
    for (JvmRow row : rows) {
      PeersRow figures = row.figures();
      table.row(
          figures.outstanding(),
          row.load(),
          figures.system(),
          Numbers.decimal(figures.p50Us()),
          Numbers.decimal(figures.p99Us()),
          Numbers.decimal(figures.opsPerS()),
          Spread.text(figures.p50Ratio()),
          Spread.text(figures.p99Ratio()),
          Spread.text(figures.opsRatio()),
          Spread.text(figures.serverCpuRatio()),
          Spread.text(figures.serverAllocRatio()));
    }
    return table.render()
        + """

        Medians of %d turns of %.1f s, in brackets the lowest and the highest; ratios to "%s" in the same round.
        That is: %s
        JDK %s, %d processors.
        """
            .formatted(rounds, durationS, JvmRun.DEFAULT, String.join(" ", base), jdk, cpus);
  }
}
