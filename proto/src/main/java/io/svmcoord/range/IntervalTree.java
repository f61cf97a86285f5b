package io.svmcoord.range;

/**
 * Intervals of unsigned 64-bit addresses, both ends inclusive, found by overlap. Intervals may
 * overlap, nest and repeat; each carries an {@code int} of its owner's.
 *
 * <h2>How a query goes</h2>
 *
 * The intervals stand in a {@link MaxTree}, ordered by first address, each subtree known by its
 * highest last address. A subtree whose highest last address lies before the range can't overlap
 * and is passed by; so is everything right of one that starts after the range. What is entered are
 * the blocks on the paths from the root to the hits, and to the one after them: O(log n + k log (n
 * / k)) at worst for k hits, when they lie scattered, and O(log n + k) when they lie together, as
 * they do if the intervals have about one length. Hits come ordered by first address, those with
 * the same one in the order of their inserts.
 *
 * <h2>Memory</h2>
 *
 * An interval's entry takes 24 bytes of a block and 4 for its slot; with what is free in blocks and
 * arrays, 35 to 44 bytes from a thousand intervals on in a tree that grew, about 47 after long
 * coming and going. No object. An owner that has more to say about an interval keeps arrays of its
 * own, indexed by slot.
 *
 * <p>Insert and remove are O(log n), growing amortised; nothing else allocates. A visitor must not
 * change the tree. Confined to its owner. Source of the idea: Linux's {@code
 * interval_tree_generic.h}; Cormen et al., "Interval trees".
 */
public final class IntervalTree {
  /** Ends a visit at the first overlap. */
  private static final OverlapVisitor ANY = (slot, value) -> false;

  private final MaxTree tree = new MaxTree();

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
    return tree.memoryBytes();
  }

  /**
   * One more than the highest slot that can be in use: the length an owner's own arrays need. It
   * changes only as the tree's own arrays grow and shrink.
   */
  public int slotBound() {
    return tree.slotBound();
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
    return tree.key(slot);
  }

  /** Last address of the interval of {@code slot}, inclusive; the slot must be in use. */
  public long last(int slot) {
    requireLive(slot);
    return tree.weight(slot);
  }

  /** The value given with the interval of {@code slot}, which must be in use. */
  public int value(int slot) {
    requireLive(slot);
    return tree.tag(slot);
  }

  /** Whether an interval overlaps {@code [first, last]}. O(log n). */
  public boolean overlapsAny(long first, long last) {
    AddressRange.requireOrdered(first, last);
    return !tree.forEach(last, first, ANY);
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
      // What starts after the range is out by its key, what ends before it by its weight.
      return tree.forEach(last, first, visitor);
    } finally {
      visitDepth--;
    }
  }

  /** For tests: the tree below. */
  MaxTree tree() {
    return tree;
  }

  private void requireLive(int slot) {
    if (!tree.isLive(slot)) {
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
