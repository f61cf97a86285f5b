package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.report.TextTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long coordinators take to start. Immutable.
 *
 * @param rows the first is what the ratios are taken against
 * @param cacheMb size of the AOT cache
 * @param rounds starts of each
 * @param jdk Java version
 */
public record StartupReport(List<Row> rows, double cacheMb, int rounds, String jdk) {
  /**
   * One way to start.
   *
   * @param jvm what is different
   * @param readyMs from the start of the process until /readyz says so, milliseconds
   * @param ratio of the times of the same round
   */
  public record Row(String jvm, Spread readyMs, @Nullable Spread ratio) {}

  /** The same for people. */
  public String table() {
    TextTable table = TextTable.of("JVM", "ready ms", "ratio");
    for (Row row : rows) {
      Spread ms = row.readyMs();
      table.row(
          row.jvm(),
          "%s (%s-%s)"
              .formatted(
                  Numbers.decimal(ms.median()),
                  Numbers.decimal(ms.min()),
                  Numbers.decimal(ms.max())),
          Spread.text(row.ratio()));
    }
    return table.render()
        + """

        Medians of %d starts in turns, in brackets the lowest and the highest. The cache has %.1f MB. JDK %s.
        """
            .formatted(rounds, cacheMb, jdk);
  }
}
