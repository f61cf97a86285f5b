package io.svmcoord.range;

import static io.svmcoord.range.SlotPool.NIL;

import java.util.Arrays;

/**
 * The storage of a {@link MaxTree}: blocks of up to {@value #WIDTH} entries side by side in
 * primitive arrays. It knows what a block has and how entries move, not what a tree is.
 *
 * <p>A block is a leaf, or inner. A leaf's entry has a key, a weight, its slot and its owner's tag;
 * an inner block's entry stands for a child: a key not above any in it, its highest weight, its
 * number. {@link #place} says where in the arrays an entry stands. An entry takes 24 bytes, a block
 * 9 more.
 *
 * <p>Whoever moves an entry tells whom it links to: a slot its leaf, a child its parent. Blocks are
 * numbered anew when three quarters of the arrays are free, and the arrays cut. Confined to its
 * owner.
 */
final class BlockPool {
  /** Entries of a block: keys, weights and links of one fill a few cache lines each. */
  static final int WIDTH = 16;

  /** Most blocks of one pool: what the longest array has room for. */
  private static final int BLOCKS_MAX = (Integer.MAX_VALUE - 8) / WIDTH;

  /** From here on the arrays grow by an eighth, below by half. */
  private static final int LARGE = 1024 / WIDTH;

  /** The arrays never get smaller than this many blocks. */
  private static final int CAPACITY_MIN = 1;

  private static final int ARRAYS = 7;
  private static final int ARRAY_HEADER_BYTES = 16;
  private static final int ENTRY_BYTES = 2 * Long.BYTES + 2 * Integer.BYTES;
  private static final int BLOCK_BYTES = 2 * Integer.BYTES + 1;

  private final SlotPool slots;

  // Read in loops over a block, therefore not behind accessors.
  long[] keys = new long[CAPACITY_MIN * WIDTH];
  long[] weights = new long[CAPACITY_MIN * WIDTH];
  int[] links = new int[CAPACITY_MIN * WIDTH];
  int[] tags = new int[CAPACITY_MIN * WIDTH];

  private int[] counts = new int[CAPACITY_MIN];

  /** Of a block in use its parent; of a free one the next free one. */
  private int[] parents = new int[CAPACITY_MIN];

  private boolean[] isInner = new boolean[CAPACITY_MIN];

  /** Blocks in use. */
  private int live;

  /** Blocks from here on were not handed out. */
  private int used;

  private int freeHead = NIL;

  BlockPool(SlotPool slots) {
    this.slots = slots;
  }

  /** Bytes of the arrays, array headers included. */
  long memoryBytes() {
    return (long) ARRAYS * ARRAY_HEADER_BYTES
        + (long) (ENTRY_BYTES * WIDTH + BLOCK_BYTES) * counts.length;
  }

  /** Blocks in use. */
  int live() {
    return live;
  }

  /** Where the entries of a block begin. */
  static int place(int block) {
    return block * WIDTH;
  }

  /** Where the entries of a block end, exclusive. */
  int end(int block) {
    return block * WIDTH + counts[block];
  }

  int count(int block) {
    return counts[block];
  }

  boolean isFull(int block) {
    return counts[block] == WIDTH;
  }

  boolean isLeaf(int block) {
    return !isInner[block];
  }

  /** The block that links to this one, or NIL. */
  int parent(int block) {
    return parents[block];
  }

  void parent(int block, int parent) {
    parents[block] = parent;
  }

  /**
   * An empty block.
   *
   * @throws IllegalStateException if there are as many as arrays can hold
   */
  int allocate(boolean asLeaf, int parent) {
    int block = freeHead;
    if (block != NIL) {
      freeHead = parents[block];
    } else {
      if (used == counts.length) {
        grow();
      }
      block = used++;
    }
    live++;
    counts[block] = 0;
    parents[block] = parent;
    isInner[block] = !asLeaf;
    return block;
  }

  /** Frees a block that nothing links to any more. */
  void release(int block) {
    live--;
    parents[block] = freeHead;
    freeHead = block;
  }

  /** Puts an entry at an index of a block that is not full. */
  void add(int block, int index, long key, long weight, int link, int tag) {
    int place = place(block) + index;
    move(place, place + 1, counts[block] - index);
    keys[place] = key;
    weights[place] = weight;
    links[place] = link;
    tags[place] = tag;
    counts[block]++;
    tell(link, block);
  }

  /** Takes out the entry at an index. */
  void remove(int block, int index) {
    int place = place(block) + index;
    move(place + 1, place, counts[block] - index - 1);
    counts[block]--;
  }

  /** Moves the last entries of a block to the front of another of its kind, which has room. */
  void moveToFront(int source, int target, int count) {
    int place = place(target);
    move(place, place + count, counts[target]);
    counts[source] -= count;
    move(end(source), place, count);
    counts[target] += count;
    tellAll(target, place, count);
  }

  /** Moves the first entries of a block to the end of another of its kind, which has room. */
  void moveToEnd(int source, int target, int count) {
    int place = end(target);
    move(place(source), place, count);
    counts[source] -= count;
    move(place(source) + count, place(source), counts[source]);
    counts[target] += count;
    tellAll(target, place, count);
  }

  /** The index of the entry that links to a slot or child; it must be there. */
  int indexOf(int block, int link) {
    int start = place(block);
    int at = start;
    while (links[at] != link) {
      at++;
    }
    return at - start;
  }

  /** The number of a block's entries whose key is not above {@code key}. */
  int countUpTo(int block, long key) {
    int start = place(block);
    int at = end(block);
    while (at > start && Long.compareUnsigned(keys[at - 1], key) > 0) {
      at--;
    }
    return at - start;
  }

  /** The highest weight in a block; 0 if it is empty. */
  long maxWeight(int block) {
    long max = 0;
    int end = end(block);
    for (int i = place(block); i < end; i++) {
      max = AddressRange.maxUnsigned(max, weights[i]);
    }
    return max;
  }

  private void move(int from, int to, int count) {
    System.arraycopy(keys, from, keys, to, count);
    System.arraycopy(weights, from, weights, to, count);
    System.arraycopy(links, from, links, to, count);
    System.arraycopy(tags, from, tags, to, count);
  }

  private void tellAll(int block, int place, int count) {
    for (int i = place; i < place + count; i++) {
      tell(links[i], block);
    }
  }

  private void tell(int link, int block) {
    if (isInner[block]) {
      parents[link] = block;
    } else {
      slots.leaf(link, block);
    }
  }

  private void grow() {
    if (used == BLOCKS_MAX) {
      throw new IllegalStateException(
          "blocks: %d (expected: below %d)".formatted(used, BLOCKS_MAX));
    }
    resize(Math.min(BLOCKS_MAX, SlotPool.grown(used, LARGE)));
  }

  private void resize(int capacity) {
    keys = Arrays.copyOf(keys, capacity * WIDTH);
    weights = Arrays.copyOf(weights, capacity * WIDTH);
    links = Arrays.copyOf(links, capacity * WIDTH);
    tags = Arrays.copyOf(tags, capacity * WIDTH);
    counts = Arrays.copyOf(counts, capacity);
    parents = Arrays.copyOf(parents, capacity);
    isInner = Arrays.copyOf(isInner, capacity);
  }

  /** Whether three quarters of the arrays are free. */
  boolean isSparse() {
    return counts.length > 4 * CAPACITY_MIN && live < counts.length / 4;
  }

  /**
   * Gives the blocks of a tree the lowest numbers, and the rest of the arrays back. O(blocks).
   *
   * @return the root's new number
   */
  int compact(int root) {
    int newRoot = root;
    int low = 0;
    boolean[] isFree = new boolean[used];
    for (int block = freeHead; block != NIL; block = parents[block]) {
      isFree[block] = true;
    }
    for (int block = live; block < used; block++) {
      if (isFree[block]) {
        continue;
      }
      while (!isFree[low]) {
        low++;
      }
      renumber(block, low);
      isFree[low] = false;
      if (block == root) {
        newRoot = low;
      }
    }
    used = live;
    freeHead = NIL;
    resize(Math.max(CAPACITY_MIN, live + (live >> 1)));
    return newRoot;
  }

  private void renumber(int block, int number) {
    int parent = parents[block];
    if (parent != NIL) {
      links[place(parent) + indexOf(parent, block)] = number;
    }
    counts[number] = 0;
    parents[number] = parent;
    isInner[number] = isInner[block];
    moveToEnd(block, number, counts[block]);
  }
}
