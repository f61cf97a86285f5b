package io.svmcoord.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Columns of a table whose rows are of one type: each has a name, and takes its cell from a row.
 * Confined to one thread.
 */
public final class Columns<T> {
  private final List<String> names = new ArrayList<>();
  private final List<Function<T, ?>> cells = new ArrayList<>();

  /** Appends a column. */
  public Columns<T> add(String name, Function<T, ?> cell) {
    names.add(name);
    cells.add(cell);
    return this;
  }

  /** The table of these rows. */
  public TextTable of(List<T> rows) {
    TextTable table = TextTable.of(names.toArray(String[]::new));
    rows.forEach(row -> table.row(cells.stream().map(cell -> cell.apply(row)).toArray()));
    return table;
  }
}
