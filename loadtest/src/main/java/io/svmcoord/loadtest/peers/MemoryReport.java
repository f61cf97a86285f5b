package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Columns;
import io.svmcoord.loadtest.report.Numbers;
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
    return new Columns<MemoryRow>()
        .add("system", MemoryRow::system)
        .add("of each", MemoryRow::of)
        .add("how many", row -> Numbers.grouped(row.count()))
        .add("connections", row -> Numbers.grouped(row.connections()))
        .add("heap B", row -> row.heapBytes().decimals())
        .add("direct B", row -> row.directBytes().decimals())
        .add("heap to grpc-relay", row -> Spread.text(row.heapRatio()))
        .of(rows)
        .note("")
        .note(
            ("Medians of %d rounds, each with new servers, in brackets the lowest and the highest."
                    + " JDK %s.")
                .formatted(rounds, jdk))
        .render();
  }
}
