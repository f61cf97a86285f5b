package io.svmcoord.loadtest.ctl;

import java.util.List;

/**
 * Rows of which there may be more. Immutable.
 *
 * @param rows those that were asked for
 * @param truncated true: there are more
 */
public record Listing<R>(List<R> rows, boolean truncated) {
  /** Copies the rows. */
  public Listing {
    rows = List.copyOf(rows);
  }

  String note() {
    return truncated
        ? "(more than " + rows.size() + ": raise --limit)" + System.lineSeparator()
        : "";
  }
}
