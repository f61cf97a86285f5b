package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Columns;
import io.svmcoord.loadtest.report.Numbers;
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
    Columns<JvmRow> columns =
        new Columns<JvmRow>()
            .add("at once", row -> row.figures().outstanding())
            .add("load", JvmRow::load)
            .add("JVM", row -> row.figures().system())
            .add("p50 us", row -> Numbers.decimal(row.figures().p50Us()))
            .add("p99 us", row -> Numbers.decimal(row.figures().p99Us()))
            .add("ops/s", row -> Numbers.decimal(row.figures().opsPerS()));
    return PeersRow.withRatios(columns, JvmRow::figures)
        .of(rows)
        .note("")
        .note(
            ("Medians of %d turns of %.1f s, in brackets the lowest and the highest; ratios to"
                    + " \"%s\" in the same round.")
                .formatted(rounds, durationS, JvmRun.DEFAULT))
        .note("That is", String.join(" ", base))
        .note("JDK %s, %d processors.".formatted(jdk, cpus))
        .render();
  }
}
