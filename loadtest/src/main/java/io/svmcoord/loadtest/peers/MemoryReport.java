package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.util.List;

/**
 * What idle streams and subscriptions take in a coordinator. Immutable.
 *
 * @param rows in the order in which they were weighed
 * @param rounds times that each was
 * @param jdk Java version
 */
public record MemoryReport(List<MemoryRow> rows, int rounds, String jdk) {

  /** The same for people. */
  public String table() {
    TextTable table =
        TextTable.of(
            "system",
            "of each",
            "how many",
            "connections",
            "heap B",
            "direct B",
            "heap to grpc-relay");
    for (MemoryRow row : rows) {
      table.row(
          row.system(),
          row.of(),
          Numbers.grouped(row.count()),
          Numbers.grouped(row.connections()),
          text(row.heapBytes()),
          text(row.directBytes()),
          Spread.text(row.heapRatio()));
    }
    return table.render()
        + """

        Medians of %d rounds, each with new servers, in brackets the lowest and the highest. JDK %s.
        """
            .formatted(rounds, jdk);
  }

  private static String text(Spread spread) {
    return "%s (%s-%s)"
        .formatted(
            Numbers.decimal(spread.median()),
            Numbers.decimal(spread.min()),
            Numbers.decimal(spread.max()));
  }
}
