package io.svmcoord.range;

import static io.svmcoord.range.NodePool.NIL;

/**
 * Intervals of unsigned 64-bit addresses, both ends inclusive, found by overlap. Intervals may
 * overlap, nest and repeat; each carries an {@code int} of its owner's.
 *
 * <h2>How a query goes</h2>
 *
 * The intervals stand in a {@link MaxTree}, ordered by first address, each node knowing the highest
 * last address below it. A subtree whose highest last address lies before the range can't overlap
 * and is passed by; so is everything right of a node that starts after the range. What is visited
 * are the nodes on the paths from the root to the hits and to the range's left end: O(log n + k log
 * (n / k)) nodes at worst for k hits, when they lie scattered, and O(log n + k) when they lie
 * together, as they do if the intervals have about one length. Hits come ordered by first address,
 * those with the same one in the order of their inserts.
 *
 * <h2>Memory</h2>
 *
 * 41 bytes an interval, with slack at most 46.2 at the peak of a large tree and 61.5 of a small one
 * (see {@link NodePool}), no object. An owner that
 * has more to say about an interval keeps arrays of its own, indexed by slot.
 *
 * <p>Insert and remove are O(log n), growing amortised; nothing else allocates. A visitor must not
 * change the tree. Confined to its owner. Source of the idea: Linux's {@code
 * interval_tree_generic.h}; Cormen et al., "Interval trees".
 */
public final class IntervalTree {
  private final MaxTree tree = new MaxTree();
  private final NodePool nodes = tree.nodes();

  /** Visits under way; a visitor may ask again, but may not change the tree. */
  private int visitDepth;

  /** Makes an empty tree. */
  public IntervalTree() {}

  /** Number of intervals. */
  public int size() {
    return tree.size();
  }

  /** Whether there is no interval. */
  public boolean isEmpty() {
    return tree.size() == 0;
  }

  /** Bytes of heap that the arrays take, slack included. */
  public long memoryBytes() {
    return nodes.memoryBytes();
  }

  /**
   * One more than the highest slot that can be in use: the length an owner's own arrays need. It
   * changes only as the tree's own arrays grow and shrink.
   */
  public int slotBound() {
    return nodes.capacity();
  }

  /**
   * Adds an interval, also if an equal one is there.
   *
   * @param first first address, inclusive, unsigned
   * @param last last address, inclusive, unsigned
   * @param value the owner's number for it, not interpreted
   * @return its slot: a small number, stable until the interval is removed, then used again
   * @throws IllegalArgumentException if {@code first} is above {@code last}
   * @throws IllegalStateException if called by a visitor
   */
  public int insert(long first, long last, int value) {
    AddressRange.requireOrdered(first, last);
    requireNoVisit();
    return tree.insert(first, last, value);
  }

  /**
   * Removes the interval of {@code slot}, without a search for it.
   *
   * @throws IllegalArgumentException if the slot is not in use
   * @throws IllegalStateException if called by a visitor
   */
  public void remove(int slot) {
    requireLive(slot);
    requireNoVisit();
    tree.remove(slot);
  }

  /**
   * Removes all intervals and frees their memory. O(slots).
   *
   * @throws IllegalStateException if called by a visitor
   */
  public void clear() {
    requireNoVisit();
    tree.clear();
  }

  /** First address of the interval of {@code slot}, which must be in use. */
  public long first(int slot) {
    requireLive(slot);
    return nodes.key(slot);
  }

  /** Last address of the interval of {@code slot}, inclusive; the slot must be in use. */
  public long last(int slot) {
    requireLive(slot);
    return nodes.weight(slot);
  }

  /** The value given with the interval of {@code slot}, which must be in use. */
  public int value(int slot) {
    requireLive(slot);
    return nodes.tag(slot);
  }

  /** Whether an interval overlaps {@code [first, last]}. O(log n). */
  public boolean overlapsAny(long first, long last) {
    AddressRange.requireOrdered(first, last);
    return firstOverlap(first, last) != NIL;
  }

  /**
   * Shows the visitor each interval that overlaps {@code [first, last]}, by ascending first
   * address. Allocates nothing.
   *
   * @return whether the visit went through; false if the visitor ended it
   * @throws IllegalArgumentException if {@code first} is above {@code last}
   */
  public boolean forEachOverlap(long first, long last, OverlapVisitor visitor) {
    AddressRange.requireOrdered(first, last);
    visitDepth++;
    try {
      int slot = firstOverlap(first, last);
      while (slot != NIL) {
        if (!visitor.visit(slot, nodes.tag(slot))) {
          return false;
        }
        slot = nextOverlap(slot, first, last);
      }
      return true;
    } finally {
      visitDepth--;
    }
  }

  /** For tests: the tree below. */
  MaxTree tree() {
    return tree;
  }

  private int firstOverlap(long first, long last) {
    int root = tree.root();
    return root == NIL || endsBefore(root, first) ? NIL : firstOverlapIn(root, first, last);
  }

  /** The leftmost overlap in a subtree that does not end before {@code first}, or NIL. */
  private int firstOverlapIn(int subtree, long first, long last) {
    int node = subtree;
    while (true) {
      int left = nodes.left(node);
      if (left != NIL && !endsBefore(left, first)) {
        // Something there ends late enough. If even it starts after the range, so does all else.
        node = left;
        continue;
      }
      if (startsAfter(node, last)) {
        return NIL;
      }
      if (Long.compareUnsigned(nodes.weight(node), first) >= 0) {
        return node;
      }
      int right = nodes.right(node);
      if (right == NIL || endsBefore(right, first)) {
        return NIL;
      }
      node = right;
    }
  }

  /** The overlap after {@code slot}, which is one, or NIL. */
  private int nextOverlap(int slot, long first, long last) {
    int node = slot;
    while (true) {
      int right = nodes.right(node);
      if (right != NIL && !endsBefore(right, first)) {
        // If there is none in there, then because it starts after the range, and so does the rest.
        return firstOverlapIn(right, first, last);
      }
      node = firstAncestorAfter(node);
      if (node == NIL || startsAfter(node, last)) {
        return NIL;
      }
      if (Long.compareUnsigned(nodes.weight(node), first) >= 0) {
        return node;
      }
    }
  }

  /** The lowest ancestor in whose left subtree {@code slot} is, or NIL. */
  private int firstAncestorAfter(int slot) {
    int child = slot;
    int parent = nodes.parent(slot);
    while (parent != NIL && child == nodes.right(parent)) {
      child = parent;
      parent = nodes.parent(parent);
    }
    return parent;
  }

  /** Whether every interval of the subtree ends before {@code first}. */
  private boolean endsBefore(int subtree, long first) {
    return Long.compareUnsigned(nodes.max(subtree), first) < 0;
  }

  /** Whether the interval of the node, and so each one after it, starts after {@code last}. */
  private boolean startsAfter(int node, long last) {
    return Long.compareUnsigned(nodes.key(node), last) > 0;
  }

  private void requireLive(int slot) {
    if (!nodes.isLive(slot)) {
      throw new IllegalArgumentException("slot: %d (expected: a slot in use)".formatted(slot));
    }
  }

  private void requireNoVisit() {
    if (visitDepth != 0) {
      throw new IllegalStateException(
          "visitDepth: %d (expected: 0, a visitor must not change the tree)".formatted(visitDepth));
    }
  }
}
