package io.svmcoord.loadtest.sim.mutant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of mutants in {@code docs/internals/simulation.md}. Stateless. */
final class MutantTable {
  private static final Path DOCUMENT = Path.of("..", "docs", "internals", "simulation.md");
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `(?<name>[a-z-]+)` \\| (?<rule>.+) \\| (?<promise>G\\d+) \\| (?<seed>\\d+) \\|");

  private MutantTable() {}

  /**
   * What became of a mutant on the day on which the table was written.
   *
   * @param seed the first that it did not live through
   */
  record Row(String name, String rule, String promise, long seed) {}

  /** All rows, in their order. */
  static List<Row> rows() {
    try {
      return Files.readAllLines(DOCUMENT).stream()
          .map(ROW::matcher)
          .filter(Matcher::matches)
          .map(
              row ->
                  new Row(
                      row.group("name"),
                      row.group("rule"),
                      row.group("promise"),
                      Long.parseLong(row.group("seed"))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
