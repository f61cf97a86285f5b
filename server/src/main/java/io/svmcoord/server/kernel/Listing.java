package io.svmcoord.server.kernel;

import java.util.List;

/**
 * Rows of a listing. Immutable.
 *
 * @param rows the rows
 * @param isTruncated whether there are more than the limit
 * @param <T> type of a row
 */
public record Listing<T>(List<T> rows, boolean isTruncated) {
  /** Copies the list. */
  public Listing {
    rows = List.copyOf(rows);
  }
}
