package io.svmcoord.loadtest.bench.index;

import java.util.Arrays;

/** Hands out small numbers, the last one given back first. */
final class Slots {
  private int[] free = new int[16];
  private int freeCount;
  private int used;

  /** A number that is not in use. */
  int take() {
    return freeCount > 0 ? free[--freeCount] : used++;
  }

  void giveBack(int slot) {
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, freeCount * 2);
    }
    free[freeCount++] = slot;
  }

  /** One more than the highest number that was ever in use. */
  int bound() {
    return used;
  }

  long memoryBytes() {
    return (long) Integer.BYTES * free.length;
  }

  /** The capacity to grow to: as the product's arrays, by an eighth once they are large. */
  static int grown(int capacity) {
    return capacity + (capacity < 1024 ? capacity >> 1 : capacity >> 3);
  }
}
