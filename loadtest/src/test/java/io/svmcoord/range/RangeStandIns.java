package io.svmcoord.range;

import io.svmcoord.loadtest.sim.mutant.Inside;

/** What stands where a rule of the ranges was, for mutants. Called from rewritten code alone. */
final class RangeStandIns {
  private RangeStandIns() {}

  static long lowerOfPair(SequenceMap map, int left, int right) {
    NodePool nodes = Inside.get(map, "nodes");
    return Math.min(nodes.weight(left), nodes.weight(right));
  }
}
