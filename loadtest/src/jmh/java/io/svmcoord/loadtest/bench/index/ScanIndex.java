package io.svmcoord.loadtest.bench.index;

import io.svmcoord.range.AddressRange;
import java.util.Arrays;

/** All intervals in arrays, each looked at. The oracle too: there is nothing to get wrong. */
final class ScanIndex implements IntervalIndex {
  private final Slots slots = new Slots();
  private long[] firsts = new long[16];
  private long[] lasts = new long[16];
  private int[] values = new int[16];
  private boolean[] isLive = new boolean[16];

  @Override
  public int insert(long first, long last, int value) {
    int slot = slots.take();
    if (slot == firsts.length) {
      int capacity = Slots.grown(slot);
      firsts = Arrays.copyOf(firsts, capacity);
      lasts = Arrays.copyOf(lasts, capacity);
      values = Arrays.copyOf(values, capacity);
      isLive = Arrays.copyOf(isLive, capacity);
    }
    firsts[slot] = first;
    lasts[slot] = last;
    values[slot] = value;
    isLive[slot] = true;
    return slot;
  }

  @Override
  public void remove(int handle) {
    isLive[handle] = false;
    slots.giveBack(handle);
  }

  @Override
  public long sumOverlaps(long first, long last) {
    long sum = 0;
    for (int i = 0; i < slots.bound(); i++) {
      if (isLive[i] && AddressRange.overlaps(firsts[i], lasts[i], first, last)) {
        sum += values[i];
      }
    }
    return sum;
  }

  @Override
  public long memoryBytes() {
    return (2L * Long.BYTES + Integer.BYTES + 1) * firsts.length + slots.memoryBytes();
  }
}
