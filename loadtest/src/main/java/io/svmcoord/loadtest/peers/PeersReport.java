package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Columns;
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
    Columns<PeersRow> columns =
        new Columns<PeersRow>()
            .add("devices", PeersRow::devices)
            .add("at once", PeersRow::outstanding)
            .add("system", PeersRow::system)
            .add("p50 us", row -> Numbers.decimal(row.p50Us()))
            .add("p99 us", row -> Numbers.decimal(row.p99Us()))
            .add("ops/s", row -> Numbers.decimal(row.opsPerS()))
            .add("CPU us/op", row -> Numbers.decimal(row.serverCpuUsPerOp()))
            .add("alloc B/op", row -> decimal(row.serverAllocBytesPerOp()));
    TextTable table =
        PeersRow.withRatios(columns, row -> row)
            .of(rows)
            .note("")
            .note(
                ("Medians of %d turns of %.1f s, in brackets the lowest and the highest; ratios to"
                        + " %s in the same round.")
                    .formatted(rounds, durationS, baseline))
            .note("Transport %s, JDK %s, %d processors.".formatted(transport, jdk, cpus));
    skipped.forEach(each -> table.note(each.text()));
    return table.render();
  }

  private static String decimal(@Nullable Double value) {
    return value == null ? "-" : Numbers.decimal(value);
  }
}
