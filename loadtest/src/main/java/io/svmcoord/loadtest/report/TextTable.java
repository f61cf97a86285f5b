package io.svmcoord.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table for people: columns as wide as their widest cell, two spaces between them, numbers to the
 * right; and behind it what is no table. Confined to one thread.
 */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private TextTable(List<String> header) {
    this.header = header;
  }

  /** A table with a line of column names. */
  public static TextTable of(String... header) {
    return new TextTable(List.of(header));
  }

  /** Appends a row; one cell for each column. */
  public TextTable row(Object... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "cells: " + cells.length + " (expected: " + header.size() + ")");
    }
    List<String> row = new ArrayList<>(cells.length);
    for (Object cell : cells) {
      row.add(String.valueOf(cell));
    }
    rows.add(row);
    return this;
  }

  /** Appends a line behind the table. */
  public TextTable note(String line) {
    notes.add(line);
    return this;
  }

  /** Appends a value with its name. */
  public TextTable note(String name, Object value) {
    return note(name + ": " + value);
  }

  /** Appends each of these with the same name. */
  public TextTable notes(String name, List<String> values) {
    values.forEach(value -> note(name, value));
    return this;
  }

  /** The table, each line ended, no blanks at the ends of lines. */
  public String render() {
    int[] widths = new int[header.size()];
    boolean[] numeric = new boolean[header.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = header.get(column).length();
      numeric[column] = !rows.isEmpty();
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], row.get(column).length());
        numeric[column] &= isNumber(row.get(column));
      }
    }
    StringBuilder out = new StringBuilder();
    if (header.stream().anyMatch(name -> !name.isEmpty())) {
      append(out, header, widths, numeric);
    }
    rows.forEach(row -> append(out, row, widths, numeric));
    notes.forEach(note -> out.append(note).append(System.lineSeparator()));
    return out.toString();
  }

  private static boolean isNumber(String cell) {
    return cell.matches("-?[0-9][0-9,.]*%?|-");
  }

  private static void append(StringBuilder out, List<String> row, int[] widths, boolean[] numeric) {
    List<String> cells = new ArrayList<>(row.size());
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      String blanks = " ".repeat(widths[column] - cell.length());
      cells.add(numeric[column] ? blanks + cell : cell + blanks);
    }
    String line = cells.stream().collect(Collectors.joining(GAP));
    out.append(line.stripTrailing()).append(System.lineSeparator());
  }
}
