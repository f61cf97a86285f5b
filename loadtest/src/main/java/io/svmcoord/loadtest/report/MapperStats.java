package io.svmcoord.loadtest.report;

import java.util.Map;

/**
 * Counters of some emulated mappers since their start. Immutable.
 *
 * @param elapsedNanos time since their start, to their stop if they have stopped
 * @param mappers number of mappers
 * @param reads what the judge said of the pages of their valid page lists
 * @param snapshots page lists that were validated
 * @param retries page lists that had to be collected again, by cause
 * @param failures calls that failed, by reason
 */
public record MapperStats(
    long elapsedNanos,
    int mappers,
    ReadStats reads,
    long snapshots,
    Map<String, Long> retries,
    Map<String, Long> failures) {
  /** Copies the maps. */
  public MapperStats {
    retries = Map.copyOf(retries);
    failures = Map.copyOf(failures);
  }

  /** Both together: counters add up, the time takes the larger. */
  public MapperStats plus(MapperStats other) {
    return new MapperStats(
        Math.max(elapsedNanos, other.elapsedNanos),
        mappers + other.mappers,
        reads.plus(other.reads),
        snapshots + other.snapshots,
        Sums.of(retries, other.retries),
        Sums.of(failures, other.failures));
  }
}
