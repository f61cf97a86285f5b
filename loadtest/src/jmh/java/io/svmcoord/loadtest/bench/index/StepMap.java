package io.svmcoord.loadtest.bench.index;

/**
 * A map from ranges to the highest sequence that was raised over them: what {@link
 * io.svmcoord.range.SequenceMap} does, and what might do it instead. Past its bound, neighbours
 * become one of the higher sequence. Confined to its owner.
 */
interface StepMap {
  /** Of every so many pairs that a hand passes, the oldest becomes one: as the product's. */
  int MERGE_CANDIDATES = 8;

  /** Sequences only grow. */
  void raise(long first, long last, long sequence);

  long highest(long first, long last);

  int segments();
}
