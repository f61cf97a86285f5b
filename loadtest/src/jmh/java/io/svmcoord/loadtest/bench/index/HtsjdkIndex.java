package io.svmcoord.loadtest.bench.index;

import htsjdk.samtools.util.IntervalTree;
import java.util.Arrays;

/**
 * The tree of htsjdk, which genome tools use: red-black, of linked objects. It has {@code int}
 * bounds, so it is given pages, and it keeps one value for equal intervals, so that is their sum.
 */
final class HtsjdkIndex implements IntervalIndex {
  private static final int PAGE_SHIFT = 12;

  private final IntervalTree<Integer> tree = new IntervalTree<>();
  private final Slots slots = new Slots();
  private int[] firsts = new int[16];
  private int[] lasts = new int[16];
  private int[] values = new int[16];

  private static int page(long address) {
    return Math.toIntExact(address >>> PAGE_SHIFT) + 1;
  }

  @Override
  public int insert(long first, long last, int value) {
    int slot = slots.take();
    if (slot == firsts.length) {
      int capacity = Slots.grown(slot);
      firsts = Arrays.copyOf(firsts, capacity);
      lasts = Arrays.copyOf(lasts, capacity);
      values = Arrays.copyOf(values, capacity);
    }
    firsts[slot] = page(first);
    lasts[slot] = page(last);
    values[slot] = value;
    tree.merge(firsts[slot], lasts[slot], value, Integer::sum);
    return slot;
  }

  @Override
  public void remove(int handle) {
    slots.giveBack(handle);
    int first = firsts[handle];
    int last = lasts[handle];
    IntervalTree.Node<Integer> node = tree.find(first, last);
    int rest = node.getValue() - values[handle];
    if (rest == 0) {
      tree.remove(first, last);
    } else {
      node.setValue(rest);
    }
  }

  @Override
  public long sumOverlaps(long first, long last) {
    long sum = 0;
    var hits = tree.overlappers(page(first), page(last));
    while (hits.hasNext()) {
      sum += hits.next().getValue();
    }
    return sum;
  }

  @Override
  public long memoryBytes() {
    return 0;
  }
}
