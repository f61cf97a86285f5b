package io.svmcoord.loadtest.bench.index;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.OverlapVisitor;
import java.util.Arrays;

/**
 * An implicit tree in sorted arrays: the middle of a stretch is the root of its subtree, and knows
 * the highest last address there. What was added since waits in a short list that each query scans,
 * what was removed stays as a gap, until both together make the arrays be built anew: O(n) every
 * {@value #CHANGES_MAX} changes. Source of the idea: cgranges (Heng Li), which is static.
 */
final class ImplicitIndex implements IntervalIndex {
  private static final int CHANGES_MAX = 256;

  private final Slots slots = new Slots();

  /** Of each slot, for as long as it is in use. */
  private long[] firstOf = new long[16];

  private long[] lastOf = new long[16];
  private int[] valueOf = new int[16];

  /** Slots that the sorted arrays have; one that is removed and used again is a gap there. */
  private boolean[] isBuilt = new boolean[16];

  private long[] firsts = new long[0];
  private long[] lasts = new long[0];
  private long[] maxes = new long[0];
  private int[] slotAt = new int[0];

  private int[] pending = new int[CHANGES_MAX];
  private int pendingCount;
  private int removals;
  private long sum;
  private final OverlapVisitor add =
      (slot, value) -> {
        sum += value;
        return true;
      };

  @Override
  public int insert(long first, long last, int value) {
    int slot = slots.take();
    if (slot == firstOf.length) {
      int capacity = Slots.grown(slot);
      firstOf = Arrays.copyOf(firstOf, capacity);
      lastOf = Arrays.copyOf(lastOf, capacity);
      valueOf = Arrays.copyOf(valueOf, capacity);
      isBuilt = Arrays.copyOf(isBuilt, capacity);
    }
    firstOf[slot] = first;
    lastOf[slot] = last;
    valueOf[slot] = value;
    pending[pendingCount++] = slot;
    buildIfDue();
    return slot;
  }

  @Override
  public void remove(int handle) {
    slots.giveBack(handle);
    for (int i = 0; i < pendingCount; i++) {
      if (pending[i] == handle) {
        pending[i] = pending[--pendingCount];
        return;
      }
    }
    isBuilt[handle] = false;
    removals++;
    buildIfDue();
  }

  private void buildIfDue() {
    if (pendingCount + removals == CHANGES_MAX) {
      build();
    }
  }

  private void build() {
    int[] added = sortedPending();
    int size = slotAt.length - removals + added.length;
    int[] merged = new int[size];
    int next = 0;
    int from = 0;
    for (int slot : slotAt) {
      if (!isBuilt[slot]) {
        continue;
      }
      while (from < added.length && Long.compareUnsigned(firstOf[added[from]], firstOf[slot]) < 0) {
        merged[next++] = added[from++];
      }
      merged[next++] = slot;
    }
    System.arraycopy(added, from, merged, next, added.length - from);
    slotAt = merged;
    firsts = new long[size];
    lasts = new long[size];
    maxes = new long[size];
    for (int i = 0; i < size; i++) {
      firsts[i] = firstOf[merged[i]];
      lasts[i] = lastOf[merged[i]];
      isBuilt[merged[i]] = true;
    }
    computeMax(0, size);
    pendingCount = 0;
    removals = 0;
  }

  private int[] sortedPending() {
    int[] added = Arrays.copyOf(pending, pendingCount);
    for (int i = 1; i < added.length; i++) {
      int slot = added[i];
      int at = i;
      for (; at > 0 && Long.compareUnsigned(firstOf[added[at - 1]], firstOf[slot]) > 0; at--) {
        added[at] = added[at - 1];
      }
      added[at] = slot;
    }
    return added;
  }

  private long computeMax(int low, int high) {
    if (low == high) {
      return 0;
    }
    int middle = (low + high) >>> 1;
    long below = Unsigned.max(computeMax(low, middle), computeMax(middle + 1, high));
    maxes[middle] = Unsigned.max(lasts[middle], below);
    return maxes[middle];
  }

  @Override
  public long sumOverlaps(long first, long last) {
    sum = 0;
    visit(0, slotAt.length, first, last);
    for (int i = 0; i < pendingCount; i++) {
      int slot = pending[i];
      if (AddressRange.overlaps(firstOf[slot], lastOf[slot], first, last)) {
        add.visit(slot, valueOf[slot]);
      }
    }
    return sum;
  }

  private void visit(int from, int high, long first, long last) {
    int low = from;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(maxes[middle], first) < 0) {
        return;
      }
      visit(low, middle, first, last);
      if (Long.compareUnsigned(firsts[middle], last) > 0) {
        return;
      }
      int slot = slotAt[middle];
      // A slot that was used again since is pending, and not built until it is sorted in.
      if (Long.compareUnsigned(lasts[middle], first) >= 0 && isBuilt[slot]) {
        add.visit(slot, valueOf[slot]);
      }
      low = middle + 1;
    }
  }

  @Override
  public long memoryBytes() {
    long perSlot = 2L * Long.BYTES + Integer.BYTES + 1;
    long perPlace = 3L * Long.BYTES + Integer.BYTES;
    return perSlot * firstOf.length + perPlace * firsts.length + slots.memoryBytes();
  }
}
