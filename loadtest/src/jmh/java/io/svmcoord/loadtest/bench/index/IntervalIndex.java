package io.svmcoord.loadtest.bench.index;

/**
 * A structure that finds intervals by overlap: what {@link io.svmcoord.range.IntervalTree} does,
 * and what might do it instead. Addresses are unsigned and inclusive; equal intervals may be in it.
 * Confined to its owner.
 */
interface IntervalIndex {
  /**
   * Adds an interval.
   *
   * @return its handle: a small number, used again after {@link #remove}
   */
  int insert(long first, long last, int value);

  /** Removes the interval of a handle. */
  void remove(int handle);

  /** Visits each interval that overlaps the range; returns the sum of their values. */
  long sumOverlaps(long first, long last);

  /** Bytes that the intervals take, slack included; 0 where only the heap knows. */
  long memoryBytes();
}
