package io.svmcoord.loadtest.bench.index;

import java.util.function.IntFunction;

/** The last-invalidated maps that are measured against each other. */
public enum MapStructure {
  /** The product's: on its interval tree's B+-tree. */
  PRODUCT(ProductMap::new),
  /** Two sorted arrays. */
  SORTED_ARRAYS(SortedArrays::new),
  /** The JDK's sorted map. */
  TREE_MAP(TreeMapSteps::new);

  @SuppressWarnings("ImmutableEnumChecker") // A constructor, which has no state.
  private final IntFunction<StepMap> maker;

  MapStructure(IntFunction<StepMap> maker) {
    this.maker = maker;
  }

  /** An empty map of at most so many segments. */
  StepMap create(int segmentsMax) {
    return maker.apply(segmentsMax);
  }
}
