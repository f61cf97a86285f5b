package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of a comparison. Immutable.
 *
 * @param rows cell by cell, and system by system in each
 * @param skipped systems that could not run here, with the reason
 * @param baseline the system that the ratios are taken against
 * @param rounds turns of each system in a cell
 * @param durationS seconds that were counted in a turn, at least
 * @param transport of the JVMs' sockets: epoll or nio
 * @param jdk Java version
 * @param cpus processors of the machine
 */
public record PeersReport(
    List<PeersRow> rows,
    List<Skipped> skipped,
    String baseline,
    int rounds,
    double durationS,
    String transport,
    String jdk,
    int cpus) {

  /**
   * A system that could not run here.
   *
   * @param system its name
   * @param reason what was missing
   */
  public record Skipped(String system, String reason) {
    /** For people. */
    String text() {
      return system + ": skipped, " + reason;
    }
  }

  /** The same for people. */
  public String table() {
    TextTable table =
        TextTable.of(
            "devices",
            "at once",
            "system",
            "p50 us",
            "p99 us",
            "ops/s",
            "CPU us/op",
            "alloc B/op",
            "p50 ratio",
            "p99 ratio",
            "ops ratio",
            "CPU ratio",
            "alloc ratio");
    rows.forEach(
        row ->
            table.row(
                row.devices(),
                row.outstanding(),
                row.system(),
                Numbers.decimal(row.p50Us()),
                Numbers.decimal(row.p99Us()),
                Numbers.decimal(row.opsPerS()),
                Numbers.decimal(row.serverCpuUsPerOp()),
                decimal(row.serverAllocBytesPerOp()),
                Spread.text(row.p50Ratio()),
                Spread.text(row.p99Ratio()),
                Spread.text(row.opsRatio()),
                Spread.text(row.serverCpuRatio()),
                Spread.text(row.serverAllocRatio())));
    StringBuilder text = new StringBuilder(table.render());
    text.append(
        "%nMedians of %d turns of %.1f s, in brackets the lowest and the highest; ratios to %s in the same round.%n"
            .formatted(rounds, durationS, baseline));
    text.append("Transport %s, JDK %s, %d processors.%n".formatted(transport, jdk, cpus));
    skipped.forEach(each -> text.append(each.text()).append(System.lineSeparator()));
    return text.toString();
  }

  private static String decimal(@Nullable Double value) {
    return value == null ? "-" : Numbers.decimal(value);
  }
}
