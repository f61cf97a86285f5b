package io.svmcoord.loadtest.sim.seeds;

/**
 * Which seeds to run. Immutable.
 *
 * @param from the first seed
 * @param seeds how many, in sequence
 * @param threads how many run at once
 */
public record SeedsOptions(long from, long seeds, int threads) {
  /** Most seeds of one run. */
  public static final long SEEDS_MAX = 1_000_000_000;

  /** Most threads. */
  public static final int THREADS_MAX = 256;

  /** Checks each value. */
  public SeedsOptions {
    if (seeds < 1 || seeds > SEEDS_MAX) {
      throw new IllegalArgumentException(
          "seeds: %d (expected: 1 to %d)".formatted(seeds, SEEDS_MAX));
    }
    if (from < 0 || from > Long.MAX_VALUE - seeds) {
      throw new IllegalArgumentException(
          "from: %d (expected: 0 to %d)".formatted(from, Long.MAX_VALUE - seeds));
    }
    if (threads < 1 || threads > THREADS_MAX) {
      throw new IllegalArgumentException(
          "threads: %d (expected: 1 to %d)".formatted(threads, THREADS_MAX));
    }
  }
}
