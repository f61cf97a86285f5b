package io.svmcoord.range;

import static io.svmcoord.range.SlotPool.NIL;

/**
 * A search tree over unsigned 64-bit keys that knows the highest <em>weight</em> of each subtree.
 * It is the common core of {@link IntervalTree} (key: first address, weight: last address) and
 * {@link SequenceMap} (key: first address, weight: sequence).
 *
 * <h2>Why a B+-tree</h2>
 *
 * A begin looks things up, and the time of a search goes into waiting for memory. Blocks of {@value
 * BlockPool#WIDTH} entries make a tree of 100,000 five or six levels high, where a binary tree has
 * seventeen, and what is read of a block lies side by side. Its shape depends on keys and order
 * alone, within narrow bounds, so no client can choose addresses that make a slow tree.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>I1 order: a leaf's keys ascend, and no key is below one of a leaf further left. Equal keys
 *       stand in the order in which they were inserted.
 *   <li>I2 bounds: the key that an inner block has for a child is not above any key in it, and not
 *       below any key left of it.
 *   <li>I3 maximum: the weight that an inner block has for a child is the highest in it.
 *   <li>I4 height: all leaves are at the same depth; no block but a lone root is empty, an inner
 *       root has two children or more, and two neighbours of one parent have more entries together
 *       than half of a block.
 * </ul>
 *
 * Every change costs O(log n), growing amortised. An entry is named by its slot, which stays the
 * same until the entry is removed; a later insert may then get it.
 *
 * <h2>Room</h2>
 *
 * A full block on the way of an insert first gives entries to a neighbour; only between full ones
 * is it split. That keeps blocks fuller than halves would, whatever the order of the inserts. It is
 * made room on the way down, so that a split never has to go back up.
 *
 * <p>Source of the idea: Bayer and McCreight (1972); giving to neighbours is Knuth's B*-tree; the
 * augmentation is that of Linux's {@code interval_tree_generic.h}. Confined to its owner.
 */
final class MaxTree {
  /** Neighbours with so many entries become one block, which has some room then. */
  static final int MERGED_MAX = BlockPool.WIDTH * 3 / 4;

  /** A neighbour with so much room is given entries. */
  private static final int GIVEN_ROOM_MIN = BlockPool.WIDTH / 4;

  private static final int NO_TAG = 0;

  private SlotPool slots = new SlotPool();
  private BlockPool blocks = new BlockPool(slots);
  private int root = blocks.allocate(true, NIL);

  int size() {
    return slots.size();
  }

  boolean isLive(int slot) {
    return slots.isLive(slot);
  }

  /** One more than the highest slot that can be in use. */
  int slotBound() {
    return slots.capacity();
  }

  /** Bytes of heap that the arrays take, slack included. */
  long memoryBytes() {
    return blocks.memoryBytes() + slots.memoryBytes();
  }

  long key(int slot) {
    return blocks.keys[placeOf(slot)];
  }

  long weight(int slot) {
    return blocks.weights[placeOf(slot)];
  }

  int tag(int slot) {
    return blocks.tags[placeOf(slot)];
  }

  /** For tests. */
  BlockPool blocks() {
    return blocks;
  }

  /** For tests. */
  SlotPool slots() {
    return slots;
  }

  /** The block at the top. For tests. */
  int root() {
    return root;
  }

  /** Adds an entry after all of the same key and returns its slot. */
  int insert(long key, long weight, int tag) {
    if (blocks.isFull(root)) {
      int top = blocks.allocate(false, NIL);
      blocks.add(top, 0, blocks.keys[BlockPool.place(root)], blocks.maxWeight(root), root, NO_TAG);
      root = top;
    }
    int block = root;
    while (!blocks.isLeaf(block)) {
      int index = childFor(block, key);
      if (blocks.isFull(child(block, index))) {
        makeRoom(block, index);
        index = childFor(block, key);
      }
      int place = BlockPool.place(block) + index;
      if (Long.compareUnsigned(key, blocks.keys[place]) < 0) {
        blocks.keys[place] = key;
      }
      blocks.weights[place] = AddressRange.maxUnsigned(blocks.weights[place], weight);
      block = blocks.links[place];
    }
    int slot = slots.take();
    blocks.add(block, blocks.countUpTo(block, key), key, weight, slot, tag);
    return slot;
  }

  /** Removes a live entry; its slot is free from now on. */
  void remove(int slot) {
    int leaf = slots.leaf(slot);
    blocks.remove(leaf, blocks.indexOf(leaf, slot));
    slots.release(slot);
    retrace(leaf);
    while (!blocks.isLeaf(root) && blocks.count(root) == 1) {
      int top = root;
      root = child(top, 0);
      blocks.parent(root, NIL);
      blocks.release(top);
    }
    if (blocks.isSparse()) {
      root = blocks.compact(root);
    }
  }

  /** Gives a live entry another weight. */
  void weigh(int slot, long weight) {
    blocks.weights[placeOf(slot)] = weight;
    retrace(slots.leaf(slot));
  }

  /** Removes all entries and frees their memory. */
  void clear() {
    slots = new SlotPool();
    blocks = new BlockPool(slots);
    root = blocks.allocate(true, NIL);
  }

  /** The last entry whose key is not above {@code key}, or NIL. */
  int floor(long key) {
    int block = root;
    while (!blocks.isLeaf(block)) {
      block = child(block, childFor(block, key));
    }
    int count = blocks.countUpTo(block, key);
    if (count > 0) {
      return blocks.links[BlockPool.place(block) + count - 1];
    }
    int left = neighbour(block, -1);
    return left == NIL ? NIL : blocks.links[blocks.end(left) - 1];
  }

  /** The next entry in key order, or NIL. Amortised O(1) over a walk. */
  int next(int slot) {
    int leaf = slots.leaf(slot);
    int place = placeOf(slot) + 1;
    if (place < blocks.end(leaf)) {
      return blocks.links[place];
    }
    int right = neighbour(leaf, 1);
    return right == NIL ? NIL : blocks.links[BlockPool.place(right)];
  }

  /** The previous entry in key order, or NIL. Amortised O(1) over a walk. */
  int previous(int slot) {
    int leaf = slots.leaf(slot);
    int place = placeOf(slot) - 1;
    if (place >= BlockPool.place(leaf)) {
      return blocks.links[place];
    }
    int left = neighbour(leaf, -1);
    return left == NIL ? NIL : blocks.links[blocks.end(left) - 1];
  }

  /**
   * Shows the visitor, in key order, each entry whose key is not above {@code keyMax} and whose
   * weight is not below {@code weightMin}. Allocates nothing.
   *
   * @return whether the visit went through; false if the visitor ended it
   */
  boolean forEach(long keyMax, long weightMin, OverlapVisitor visitor) {
    return visit(root, keyMax, weightMin, visitor);
  }

  private boolean visit(int block, long keyMax, long weightMin, OverlapVisitor visitor) {
    return blocks.isLeaf(block)
        ? visitLeaf(block, keyMax, weightMin, visitor)
        : visitInner(block, keyMax, weightMin, visitor);
  }

  private boolean visitInner(int block, long keyMax, long weightMin, OverlapVisitor visitor) {
    // A visitor does not change the tree, so the arrays stay.
    long[] keys = blocks.keys;
    long[] weights = blocks.weights;
    int end = blocks.end(block);
    for (int i = BlockPool.place(block); i < end; i++) {
      if (Long.compareUnsigned(keys[i], keyMax) > 0) {
        return true;
      }
      if (Long.compareUnsigned(weights[i], weightMin) >= 0
          && !visit(blocks.links[i], keyMax, weightMin, visitor)) {
        return false;
      }
    }
    return true;
  }

  private boolean visitLeaf(int block, long keyMax, long weightMin, OverlapVisitor visitor) {
    long[] keys = blocks.keys;
    long[] weights = blocks.weights;
    int end = blocks.end(block);
    for (int i = BlockPool.place(block); i < end; i++) {
      if (Long.compareUnsigned(keys[i], keyMax) > 0) {
        return true;
      }
      if (Long.compareUnsigned(weights[i], weightMin) >= 0
          && !visitor.visit(blocks.links[i], blocks.tags[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * The highest weight among entries with {@code low <= key <= high}, or 0 if there is none. O(log
   * n): only the blocks at the two bounds are entered.
   */
  long maxWithin(long low, long high) {
    return maxWithin(root, low, high, true);
  }

  /**
   * The same for one block.
   *
   * @param isOpen whether keys in it may be above {@code high}
   */
  private long maxWithin(int block, long low, long high, boolean isOpen) {
    boolean isLeaf = blocks.isLeaf(block);
    int start = BlockPool.place(block);
    long max = 0;
    for (int i = blocks.end(block) - 1; i >= start; i--) {
      long key = blocks.keys[i];
      if (Long.compareUnsigned(key, high) > 0) {
        continue;
      }
      boolean isInside = Long.compareUnsigned(key, low) >= 0;
      boolean isChildOpen =
          i + 1 == blocks.end(block) ? isOpen : Long.compareUnsigned(blocks.keys[i + 1], high) > 0;
      if (isLeaf) {
        if (!isInside) {
          return max;
        }
        max = AddressRange.maxUnsigned(max, blocks.weights[i]);
      } else if (isInside && !isChildOpen) {
        max = AddressRange.maxUnsigned(max, blocks.weights[i]);
      } else if (Long.compareUnsigned(blocks.weights[i], max) > 0) {
        max = AddressRange.maxUnsigned(max, maxWithin(blocks.links[i], low, high, isChildOpen));
      }
      if (!isInside) {
        return max;
      }
    }
    return max;
  }

  private int placeOf(int slot) {
    int leaf = slots.leaf(slot);
    return BlockPool.place(leaf) + blocks.indexOf(leaf, slot);
  }

  private int child(int block, int index) {
    return blocks.links[BlockPool.place(block) + index];
  }

  /** The last child that may have the key, or the first one. */
  private int childFor(int block, long key) {
    return Math.max(0, blocks.countUpTo(block, key) - 1);
  }

  /** The block beside one of its level, or NIL. */
  private int neighbour(int block, int step) {
    int levels = 0;
    int at = block;
    while (at != root) {
      int parent = blocks.parent(at);
      int index = blocks.indexOf(parent, at) + step;
      if (index >= 0 && index < blocks.count(parent)) {
        at = child(parent, index);
        for (; levels > 0; levels--) {
          at = child(at, step > 0 ? 0 : blocks.count(at) - 1);
        }
        return at;
      }
      at = parent;
      levels++;
    }
    return NIL;
  }

  /** Makes room in a full child of a block that has some itself. */
  private void makeRoom(int parent, int index) {
    int block = child(parent, index);
    if (index + 1 < blocks.count(parent)) {
      int next = child(parent, index + 1);
      int room = BlockPool.WIDTH - blocks.count(next);
      if (room >= GIVEN_ROOM_MIN) {
        blocks.moveToFront(block, next, room / 2);
        refreshPair(parent, index);
        return;
      }
    }
    if (index > 0) {
      int previous = child(parent, index - 1);
      int room = BlockPool.WIDTH - blocks.count(previous);
      if (room >= GIVEN_ROOM_MIN) {
        blocks.moveToEnd(block, previous, room / 2);
        refreshPair(parent, index - 1);
        return;
      }
    }
    int added = blocks.allocate(blocks.isLeaf(block), parent);
    blocks.moveToFront(block, added, BlockPool.WIDTH / 2);
    blocks.add(parent, index + 1, 0, 0, added, NO_TAG);
    refreshPair(parent, index);
  }

  /** Restores I2 and I3 for a child and the next, between which entries were moved. */
  private void refreshPair(int parent, int index) {
    int place = BlockPool.place(parent) + index;
    int next = blocks.links[place + 1];
    blocks.weights[place] = blocks.maxWeight(blocks.links[place]);
    blocks.weights[place + 1] = blocks.maxWeight(next);
    blocks.keys[place + 1] = blocks.keys[BlockPool.place(next)];
  }

  /** Restores I3 and I4 from a block upwards; stops where nothing changes any more. */
  private void retrace(int changed) {
    int block = changed;
    while (block != root) {
      int parent = blocks.parent(block);
      int index = blocks.indexOf(parent, block);
      if (blocks.count(block) == 0) {
        blocks.remove(parent, index);
        blocks.release(block);
      } else if (!mergeWithNeighbour(parent, index)) {
        long max = blocks.maxWeight(block);
        int place = BlockPool.place(parent) + index;
        if (blocks.weights[place] == max) {
          return;
        }
        blocks.weights[place] = max;
      }
      block = parent;
    }
  }

  /** Makes one block of a child and one beside it if they have few entries. */
  private boolean mergeWithNeighbour(int parent, int index) {
    int count = blocks.count(child(parent, index));
    if (count > MERGED_MAX) {
      return false;
    }
    if (index + 1 < blocks.count(parent)
        && count + blocks.count(child(parent, index + 1)) <= MERGED_MAX) {
      mergeWithNext(parent, index);
      return true;
    }
    if (index > 0 && count + blocks.count(child(parent, index - 1)) <= MERGED_MAX) {
      mergeWithNext(parent, index - 1);
      return true;
    }
    return false;
  }

  private void mergeWithNext(int parent, int index) {
    int block = child(parent, index);
    int next = child(parent, index + 1);
    blocks.moveToEnd(next, block, blocks.count(next));
    blocks.remove(parent, index + 1);
    blocks.release(next);
    blocks.weights[BlockPool.place(parent) + index] = blocks.maxWeight(block);
  }
}
