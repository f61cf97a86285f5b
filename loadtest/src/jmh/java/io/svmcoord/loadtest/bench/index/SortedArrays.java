package io.svmcoord.loadtest.bench.index;

import java.util.Arrays;

/**
 * Steps in two sorted arrays: found by halving, whatever comes in between is moved, a maximum is
 * looked for one by one.
 */
final class SortedArrays implements StepMap {
  private final int segmentsMax;
  private long[] keys = new long[16];
  private long[] sequences = new long[16];
  private int size = 1;
  private long hand;

  SortedArrays(int segmentsMax) {
    this.segmentsMax = segmentsMax;
  }

  @Override
  public int segments() {
    return size;
  }

  @Override
  public long highest(long first, long last) {
    long highest = 0;
    for (int i = floor(first); i < size && Long.compareUnsigned(keys[i], last) <= 0; i++) {
      highest = Math.max(highest, sequences[i]);
    }
    return highest;
  }

  @Override
  public void raise(long first, long last, long sequence) {
    int from = floor(first);
    int to = floor(last);
    long within = sequences[to];
    boolean isStart = keys[from] == first;
    boolean isEnd = last + 1 == 0 || (to + 1 < size && keys[to + 1] == last + 1);
    int kept = isStart ? from : from + 1;
    int rest = to + 1;
    if (isEnd && rest < size && sequences[rest] == sequence) {
      rest++;
    }
    boolean isSplit = !isEnd && within != sequence;
    boolean isNew = kept == 0 || sequences[kept - 1] != sequence;
    int added = (isNew ? 1 : 0) + (isSplit ? 1 : 0);
    if (kept + added + size - rest > keys.length) {
      keys = Arrays.copyOf(keys, Slots.grown(keys.length) + 2);
      sequences = Arrays.copyOf(sequences, keys.length);
    }
    System.arraycopy(keys, rest, keys, kept + added, size - rest);
    System.arraycopy(sequences, rest, sequences, kept + added, size - rest);
    size += kept + added - rest;
    if (isNew) {
      keys[kept] = first;
      sequences[kept++] = sequence;
    }
    if (isSplit) {
      keys[kept] = last + 1;
      sequences[kept] = within;
    }
    while (size > segmentsMax) {
      mergeOnePair();
    }
  }

  private void mergeOnePair() {
    int left = floor(hand);
    if (left + 1 == size) {
      left = 0;
    }
    int oldest = left;
    int end = Math.min(left + MERGE_CANDIDATES, size - 1);
    for (int i = left; i < end; i++) {
      if (higherOfPair(i) < higherOfPair(oldest)) {
        oldest = i;
      }
    }
    hand = keys[end - 1];
    sequences[oldest] = higherOfPair(oldest);
    removeAt(oldest + 1);
    if (oldest + 1 < size && sequences[oldest + 1] == sequences[oldest]) {
      removeAt(oldest + 1);
    }
    if (oldest > 0 && sequences[oldest - 1] == sequences[oldest]) {
      removeAt(oldest);
    }
  }

  private long higherOfPair(int left) {
    return Math.max(sequences[left], sequences[left + 1]);
  }

  private void removeAt(int index) {
    System.arraycopy(keys, index + 1, keys, index, size - index - 1);
    System.arraycopy(sequences, index + 1, sequences, index, size - index - 1);
    size--;
  }

  /** The last step that starts at the address or before. */
  private int floor(long address) {
    int low = 0;
    int high = size;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(keys[middle], address) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
