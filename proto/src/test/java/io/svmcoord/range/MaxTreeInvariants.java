package io.svmcoord.range;

import static io.svmcoord.range.SlotPool.NIL;
import static org.assertj.core.api.Assertions.fail;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Checks every invariant of a {@link MaxTree} and its pools, block by block. Plain comparisons,
 * since the tests call it after each of some hundred thousand operations.
 */
final class MaxTreeInvariants {
  private final MaxTree tree;
  private final BlockPool blocks;
  private final SlotPool slots;
  private final String run;

  private int blocksReached;
  private int entriesReached;
  private int leafDepth = NIL;

  /** The entry left of the one that is looked at, or NIL. */
  private int previous = NIL;

  private MaxTreeInvariants(MaxTree tree, String run) {
    this.tree = tree;
    this.blocks = tree.blocks();
    this.slots = tree.slots();
    this.run = run;
  }

  /**
   * Checks a whole tree.
   *
   * @param run what to print with a failure, the seed above all
   */
  static void check(MaxTree tree, String run) {
    new MaxTreeInvariants(tree, run).checkTree();
  }

  /** Levels of a tree, the leaves' included. */
  static int height(MaxTree tree) {
    int height = 1;
    for (int at = tree.root(); !tree.blocks().isLeaf(at); height++) {
      at = tree.blocks().links[BlockPool.place(at)];
    }
    return height;
  }

  private void checkTree() {
    int root = tree.root();
    require(blocks.parent(root) == NIL, "parent of root", root);
    require(blocks.isLeaf(root) || blocks.count(root) > 1, "I4 children of root", root);
    checkBlock(root, 0, null, null);
    require(previous == NIL || tree.next(previous) == NIL, "next of last", previous);
    require(blocksReached == blocks.live(), "blocks reached", blocksReached);
    require(entriesReached == slots.size(), "entries reached", entriesReached);
    require(slots.size() + slots.countFree() == slots.used(), "live or free", slots.used());
    require(slots.used() <= slots.capacity(), "used within the array", slots.used());
  }

  /** Checks that all keys of a block are within the bounds that there are, inclusive. */
  private void checkBlock(
      int block, int depth, @Nullable BigInteger low, @Nullable BigInteger high) {
    blocksReached++;
    require(block == tree.root() || blocks.count(block) > 0, "I4 not empty", block);
    require(blocks.count(block) <= BlockPool.WIDTH, "width", block);
    int end = blocks.end(block);
    for (int i = BlockPool.place(block); i < end; i++) {
      BigInteger key = Unsigned.of(blocks.keys[i]);
      require(low == null || low.compareTo(key) <= 0, "I2 low bound", block);
      require(high == null || key.compareTo(high) <= 0, "I2 high bound", block);
      if (blocks.isLeaf(block)) {
        checkEntry(block, i);
      } else {
        checkChild(block, i);
        BigInteger childHigh = i + 1 == end ? high : Unsigned.of(blocks.keys[i + 1]);
        checkBlock(blocks.links[i], depth + 1, key, childHigh);
      }
    }
    if (blocks.isLeaf(block)) {
      require(leafDepth == NIL || leafDepth == depth, "I4 depth", block);
      leafDepth = depth;
    }
  }

  private void checkEntry(int block, int place) {
    int slot = blocks.links[place];
    entriesReached++;
    require(slots.isLive(slot), "entry's slot is live", slot);
    require(slots.leaf(slot) == block, "leaf of slot", slot);
    require(tree.previous(slot) == previous, "previous", slot);
    if (previous != NIL) {
      boolean isOrdered =
          Unsigned.of(tree.key(previous)).compareTo(Unsigned.of(blocks.keys[place])) <= 0;
      require(isOrdered, "I1 order", slot);
      require(tree.next(previous) == slot, "next", previous);
    }
    previous = slot;
  }

  private void checkChild(int block, int place) {
    int child = blocks.links[place];
    require(blocks.parent(child) == block, "parent of child", child);
    BigInteger max = Unsigned.of(0);
    for (int i = BlockPool.place(child); i < blocks.end(child); i++) {
      BigInteger weight = Unsigned.of(blocks.weights[i]);
      max = weight.compareTo(max) > 0 ? weight : max;
    }
    require(Unsigned.of(blocks.weights[place]).compareTo(max) == 0, "I3 maximum", child);
    if (place + 1 < blocks.end(block)) {
      int both = blocks.count(child) + blocks.count(blocks.links[place + 1]);
      require(both > BlockPool.WIDTH / 2, "I4 neighbours", child);
    }
  }

  private void require(boolean holds, String what, int number) {
    if (!holds) {
      fail("%s: %s does not hold (slot, block or number %d)".formatted(run, what, number));
    }
  }
}
