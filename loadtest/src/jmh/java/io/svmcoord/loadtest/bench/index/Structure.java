package io.svmcoord.loadtest.bench.index;

import java.util.function.Supplier;

/** The structures that are measured against each other. */
public enum Structure {
  /** The product's: a B+-tree in arrays. */
  PRODUCT(ProductIndex::new),
  /** An AVL tree in arrays. */
  AVL(AvlIndex::new),
  /** A red-black tree of objects. */
  RED_BLACK(RedBlackIndex::new),
  /** Sorted arrays, built anew after so many changes. */
  IMPLICIT(ImplicitIndex::new),
  /** A red-black tree in C. */
  C_RED_BLACK(CRedBlackIndex::new),
  /** A library's. */
  HTSJDK(HtsjdkIndex::new),
  /** No structure. */
  SCAN(ScanIndex::new);

  @SuppressWarnings("ImmutableEnumChecker") // A constructor, which has no state.
  private final Supplier<IntervalIndex> maker;

  Structure(Supplier<IntervalIndex> maker) {
    this.maker = maker;
  }

  IntervalIndex create() {
    return maker.get();
  }
}
