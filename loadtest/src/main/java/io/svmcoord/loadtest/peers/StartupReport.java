package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Columns;
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
    return new Columns<Row>()
        .add("JVM", Row::jvm)
        .add("ready ms", row -> row.readyMs().decimals())
        .add("ratio", row -> Spread.text(row.ratio()))
        .of(rows)
        .note("")
        .note(
            ("Medians of %d starts in turns, in brackets the lowest and the highest. The cache has"
                    + " %.1f MB. JDK %s.")
                .formatted(rounds, cacheMb, jdk))
        .render();
  }
}
