package io.svmcoord.range;

import java.util.Arrays;

/**
 * The storage of a {@link MaxTree}: nodes as slots of primitive arrays, and the chain of free
 * slots. It knows what a node has, not what a tree is.
 *
 * <p>{@code keys} holds key, weight and highest weight side by side, {@code links} left, right,
 * parent and the owner's tag, {@code heights} the height; so what a search reads of a node lies in
 * two or three cache lines. That is 24 + 16 + 1 = 41 bytes a slot. Small arrays grow by half, large
 * ones by an eighth, so that a pool at its peak takes at most 61.5 or 46.2 bytes a node, plus a
 * constant for the smallest capacity; a node is copied 9 times at most, on average, and for a moment
 * of growth the old arrays are there too. As nodes leave, a pool keeps its arrays until
 * three quarters are free, then cuts off its end. Slots never move: a node that stays near the end
 * holds the arrays at their size.
 *
 * <p>Invariant: each slot below {@code used} is live (height at least 1) or in the free chain
 * (height 0), never both. Confined to its owner.
 */
final class NodePool {
  /** No slot. */
  static final int NIL = -1;

  /** The arrays never get smaller than this many slots. */
  static final int CAPACITY_MIN = 8;

  private static final int KEY_STRIDE = 3;
  private static final int WEIGHT = 1;
  private static final int MAX = 2;

  private static final int LINK_STRIDE = 4;
  private static final int RIGHT = 1;
  private static final int PARENT = 2;
  private static final int TAG = 3;

  /** Most nodes that one pool holds: what the longest array has room for. */
  private static final int SIZE_MAX = (Integer.MAX_VALUE - 8) / LINK_STRIDE;

  /** From here on the arrays grow by an eighth, below by half. */
  private static final int LARGE = 1024;

  private static final int ARRAY_HEADER_BYTES = 16;

  private long[] keys = new long[CAPACITY_MIN * KEY_STRIDE];
  private int[] links = new int[CAPACITY_MIN * LINK_STRIDE];
  private byte[] heights = new byte[CAPACITY_MIN];
  private int size;

  /** Slots from here on were not handed out since the last trim. */
  private int used;

  /** Head of the free chain, which runs through the left links; slots are taken from it. */
  private int freeHead = NIL;

  /** Tail of the free chain while it has a head. */
  private int freeTail = NIL;

  private int releasesSinceTrim;

  int size() {
    return size;
  }

  int capacity() {
    return heights.length;
  }

  /** Bytes of the arrays, array headers included. */
  long memoryBytes() {
    return 3L * ARRAY_HEADER_BYTES
        + (long) Long.BYTES * keys.length
        + (long) Integer.BYTES * links.length
        + heights.length;
  }

  boolean isLive(int slot) {
    return slot >= 0 && slot < used && heights[slot] != 0;
  }

  long key(int slot) {
    return keys[slot * KEY_STRIDE];
  }

  long weight(int slot) {
    return keys[slot * KEY_STRIDE + WEIGHT];
  }

  void weight(int slot, long weight) {
    keys[slot * KEY_STRIDE + WEIGHT] = weight;
  }

  /** The highest weight in the subtree of {@code slot}, itself included. */
  long max(int slot) {
    return keys[slot * KEY_STRIDE + MAX];
  }

  void max(int slot, long max) {
    keys[slot * KEY_STRIDE + MAX] = max;
  }

  /** 0 for {@link #NIL}, 1 for a leaf. */
  int height(int slot) {
    return slot == NIL ? 0 : heights[slot];
  }

  void height(int slot, int height) {
    heights[slot] = (byte) height;
  }

  int left(int slot) {
    return links[slot * LINK_STRIDE];
  }

  int right(int slot) {
    return links[slot * LINK_STRIDE + RIGHT];
  }

  int parent(int slot) {
    return links[slot * LINK_STRIDE + PARENT];
  }

  int tag(int slot) {
    return links[slot * LINK_STRIDE + TAG];
  }

  /** Makes {@code child}, which may be NIL, the left child of {@code parent}. */
  void linkLeft(int parent, int child) {
    links[parent * LINK_STRIDE] = child;
    linkParent(child, parent);
  }

  /** Makes {@code child}, which may be NIL, the right child of {@code parent}. */
  void linkRight(int parent, int child) {
    links[parent * LINK_STRIDE + RIGHT] = child;
    linkParent(child, parent);
  }

  /** Tells {@code child}, which may be NIL, its parent. */
  void linkParent(int child, int parent) {
    if (child != NIL) {
      links[child * LINK_STRIDE + PARENT] = parent;
    }
  }

  /**
   * A new live slot holding an unlinked leaf.
   *
   * @throws IllegalStateException if the pool holds as many nodes as arrays can
   */
  int allocate(long key, long weight, int tag) {
    int slot = takeFree();
    keys[slot * KEY_STRIDE] = key;
    keys[slot * KEY_STRIDE + WEIGHT] = weight;
    keys[slot * KEY_STRIDE + MAX] = weight;
    links[slot * LINK_STRIDE] = NIL;
    links[slot * LINK_STRIDE + RIGHT] = NIL;
    links[slot * LINK_STRIDE + PARENT] = NIL;
    links[slot * LINK_STRIDE + TAG] = tag;
    heights[slot] = 1;
    size++;
    return slot;
  }

  /** Frees a live slot that nothing links to any more. */
  void release(int slot) {
    size--;
    chain(slot);
    releasesSinceTrim++;
    // So many releases pay for the scan of a trim, even where a live slot near the end forbids it.
    if (size < capacity() / 4 && releasesSinceTrim >= capacity() / 4) {
      trim();
    }
  }

  /** Frees all slots and the memory. */
  void clear() {
    size = 0;
    Arrays.fill(heights, 0, used, (byte) 0);
    trim();
  }

  /** Number of slots that were handed out and freed; counts them one by one. */
  int countFree() {
    int free = 0;
    for (int slot = freeHead; slot != NIL; slot = left(slot)) {
      free++;
    }
    return free;
  }

  /** Slots below this one are live or in the free chain. */
  int used() {
    return used;
  }

  private int takeFree() {
    int slot = freeHead;
    if (slot != NIL) {
      freeHead = left(slot);
      return slot;
    }
    if (used == capacity()) {
      grow();
    }
    return used++;
  }

  private void chain(int slot) {
    heights[slot] = 0;
    if (freeHead != NIL && isLow(slot)) {
      links[slot * LINK_STRIDE] = freeHead;
      freeHead = slot;
      return;
    }
    links[slot * LINK_STRIDE] = NIL;
    if (freeHead == NIL) {
      freeHead = slot;
    } else {
      links[freeTail * LINK_STRIDE] = slot;
    }
    freeTail = slot;
  }

  /**
   * Low slots go to the head of the chain and so are taken first. A nearly empty pool always has
   * some free, so that its end empties as nodes come and go, and a trim can cut it off.
   */
  private boolean isLow(int slot) {
    return slot < capacity() / 3;
  }

  private void grow() {
    if (used == SIZE_MAX) {
      throw new IllegalStateException("size: %d (expected: below %d)".formatted(used, SIZE_MAX));
    }
    int growth = capacity() < LARGE ? capacity() >> 1 : capacity() >> 3;
    resize(Math.min(SIZE_MAX, capacity() + growth));
  }

  /** Forgets the free slots above the highest live one and lets the arrays follow. */
  private void trim() {
    releasesSinceTrim = 0;
    while (used > 0 && heights[used - 1] == 0) {
      used--;
    }
    int wanted = Math.max(CAPACITY_MIN, used + (used >> 1));
    if (wanted <= capacity() / 2) {
      resize(wanted);
    }
    freeHead = NIL;
    for (int slot = used - 1; slot >= 0; slot--) {
      if (heights[slot] == 0) {
        chain(slot);
      }
    }
  }

  private void resize(int capacity) {
    keys = Arrays.copyOf(keys, capacity * KEY_STRIDE);
    links = Arrays.copyOf(links, capacity * LINK_STRIDE);
    heights = Arrays.copyOf(heights, capacity);
  }
}
