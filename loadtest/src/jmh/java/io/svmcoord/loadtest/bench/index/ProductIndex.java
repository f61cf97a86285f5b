package io.svmcoord.loadtest.bench.index;

import io.svmcoord.range.IntervalTree;
import io.svmcoord.range.OverlapVisitor;

/** The product's tree. */
final class ProductIndex implements IntervalIndex {
  private final IntervalTree tree = new IntervalTree();
  private long sum;

  /** Kept, as a caller on a hot path does. */
  private final OverlapVisitor add =
      (slot, value) -> {
        sum += value;
        return true;
      };

  @Override
  public int insert(long first, long last, int value) {
    return tree.insert(first, last, value);
  }

  @Override
  public void remove(int handle) {
    tree.remove(handle);
  }

  @Override
  public long sumOverlaps(long first, long last) {
    sum = 0;
    tree.forEachOverlap(first, last, add);
    return sum;
  }

  @Override
  public long memoryBytes() {
    return tree.memoryBytes();
  }
}
