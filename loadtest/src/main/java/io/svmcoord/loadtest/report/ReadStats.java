package io.svmcoord.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the judge said of a role's reads. Immutable.
 *
 * @param checked page reads that were judged
 * @param stale stale pages among them
 * @param staleByReason the same by how it showed; reasons that did not happen are left out
 * @param staleExamples the first few in words
 */
public record ReadStats(
    long checked, long stale, Map<String, Long> staleByReason, List<String> staleExamples) {
  /** Nothing read. */
  public static final ReadStats NONE = new ReadStats(0, 0, Map.of(), List.of());

  /** Examples that are kept, whatever is merged. */
  public static final int EXAMPLES_MAX = 16;

  /** Copies map and list. */
  public ReadStats {
    staleByReason = Map.copyOf(staleByReason);
    staleExamples = List.copyOf(staleExamples);
  }

  /** Both together. */
  public ReadStats plus(ReadStats other) {
    List<String> examples = new ArrayList<>(staleExamples);
    examples.addAll(other.staleExamples);
    return new ReadStats(
        checked + other.checked,
        stale + other.stale,
        Sums.of(staleByReason, other.staleByReason),
        examples.subList(0, Math.min(EXAMPLES_MAX, examples.size())));
  }
}
