package io.svmcoord.loadtest.bench.index;

import io.svmcoord.range.SequenceMap;

/** The product's map. */
record ProductMap(SequenceMap map) implements StepMap {
  ProductMap(int segmentsMax) {
    this(new SequenceMap(segmentsMax));
  }

  @Override
  public void raise(long first, long last, long sequence) {
    map.raise(first, last, sequence);
  }

  @Override
  public long highest(long first, long last) {
    return map.highest(first, last);
  }

  @Override
  public int segments() {
    return map.segments();
  }
}
