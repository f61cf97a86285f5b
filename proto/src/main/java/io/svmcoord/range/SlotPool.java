package io.svmcoord.range;

import java.util.Arrays;

/**
 * The slots of a {@link MaxTree}: small numbers that name its entries, and for each the leaf block
 * that has the entry. 4 bytes a slot; the chain of free slots runs through the same array.
 *
 * <p>A small array grows by half, a large one by an eighth. As entries leave, a pool keeps its
 * array until three quarters are free, then cuts off its end. Slots never move: an entry that keeps
 * one near the end holds the array at its size.
 *
 * <p>Invariant: each slot below {@code used} is live (a leaf, not negative) or in the free chain
 * (negative), never both. Confined to its owner.
 */
final class SlotPool {
  /** No slot, and no block. */
  static final int NIL = -1;

  /** The array never gets smaller than this many slots. */
  static final int CAPACITY_MIN = 8;

  /** From here on the array grows by an eighth, below by half. */
  private static final int LARGE = 1024;

  /** The longest array there is. */
  private static final int ARRAY_MAX = Integer.MAX_VALUE - 8;

  private static final int ARRAY_HEADER_BYTES = 16;

  /** The next slot of the free chain is written as this minus it, so that none looks live. */
  private static final int FREE_BASE = -2;

  private int[] leaves = new int[CAPACITY_MIN];
  private int size;

  /** Slots from here on were not handed out since the last trim. */
  private int used;

  /** Head of the free chain; slots are taken from it. */
  private int freeHead = NIL;

  /** Tail of the free chain while it has a head. */
  private int freeTail = NIL;

  private int releasesSinceTrim;

  /**
   * The length that a full array of this length is given.
   *
   * @param large from here on it grows by an eighth, below by half
   */
  static int grown(int capacity, int large) {
    int growth = capacity < large ? (capacity + 1) >> 1 : capacity >> 3;
    return (int) Math.min(ARRAY_MAX, (long) capacity + growth);
  }

  int size() {
    return size;
  }

  int capacity() {
    return leaves.length;
  }

  /** Bytes of the array, its header included. */
  long memoryBytes() {
    return ARRAY_HEADER_BYTES + (long) Integer.BYTES * leaves.length;
  }

  boolean isLive(int slot) {
    return slot >= 0 && slot < used && leaves[slot] >= 0;
  }

  /** The leaf that has the entry of a live slot. */
  int leaf(int slot) {
    return leaves[slot];
  }

  void leaf(int slot, int leaf) {
    leaves[slot] = leaf;
  }

  /** A new live slot, of no leaf yet: its taker says of which before anything else. */
  int take() {
    size++;
    int slot = freeHead;
    if (slot != NIL) {
      freeHead = nextFree(slot);
      return slot;
    }
    if (used == leaves.length) {
      leaves = Arrays.copyOf(leaves, grown(used, LARGE));
    }
    return used++;
  }

  /** Frees a live slot. */
  void release(int slot) {
    size--;
    chain(slot);
    releasesSinceTrim++;
    // So many releases pay for the scan of a trim, even where a live slot near the end forbids it.
    if (size < capacity() / 4 && releasesSinceTrim >= capacity() / 4) {
      trim();
    }
  }

  /** Number of slots that were handed out and freed; counts them one by one. */
  int countFree() {
    int free = 0;
    for (int slot = freeHead; slot != NIL; slot = nextFree(slot)) {
      free++;
    }
    return free;
  }

  /** Slots below this one are live or in the free chain. */
  int used() {
    return used;
  }

  private int nextFree(int slot) {
    return FREE_BASE - leaves[slot];
  }

  private void chainBefore(int slot, int next) {
    leaves[slot] = FREE_BASE - next;
  }

  private void chain(int slot) {
    if (freeHead != NIL && isLow(slot)) {
      chainBefore(slot, freeHead);
      freeHead = slot;
      return;
    }
    chainBefore(slot, NIL);
    if (freeHead == NIL) {
      freeHead = slot;
    } else {
      chainBefore(freeTail, slot);
    }
    freeTail = slot;
  }

  /**
   * Low slots go to the head of the chain and so are taken first. A nearly empty pool always has
   * some free, so that its end empties as entries come and go, and a trim can cut it off.
   */
  private boolean isLow(int slot) {
    return slot < capacity() / 3;
  }

  /** Forgets the free slots above the highest live one and lets the array follow. */
  private void trim() {
    releasesSinceTrim = 0;
    while (used > 0 && leaves[used - 1] < 0) {
      used--;
    }
    int wanted = Math.max(CAPACITY_MIN, used + (used >> 1));
    if (wanted <= capacity() / 2) {
      leaves = Arrays.copyOf(leaves, wanted);
    }
    freeHead = NIL;
    for (int slot = used - 1; slot >= 0; slot--) {
      if (leaves[slot] < 0) {
        chain(slot);
      }
    }
  }
}
