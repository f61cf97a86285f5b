package io.svmcoord.range;

import io.svmcoord.loadtest.sim.mutant.Inside;

/** What stands where a rule of the ranges was, for mutants. Called from rewritten code alone. */
final class RangeStandIns {
  private RangeStandIns() {}

  static long lowerOfPair(SequenceMap map, int left, int right) {
    MaxTree tree = Inside.get(map, "tree");
    return Math.min(tree.weight(left), tree.weight(right));
  }
}
