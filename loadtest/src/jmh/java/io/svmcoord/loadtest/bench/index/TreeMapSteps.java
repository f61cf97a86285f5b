package io.svmcoord.loadtest.bench.index;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Steps in the JDK's sorted map: a maximum is looked for one by one. */
final class TreeMapSteps implements StepMap {
  private final int segmentsMax;
  private final TreeMap<Long, Long> steps = new TreeMap<>(Long::compareUnsigned);
  private long hand;

  TreeMapSteps(int segmentsMax) {
    this.segmentsMax = segmentsMax;
    steps.put(0L, 0L);
  }

  @Override
  public int segments() {
    return steps.size();
  }

  @Override
  public long highest(long first, long last) {
    long highest = 0;
    for (long sequence : steps.subMap(steps.floorKey(first), true, last, true).values()) {
      highest = Math.max(highest, sequence);
    }
    return highest;
  }

  @Override
  public void raise(long first, long last, long sequence) {
    long within = steps.floorEntry(last).getValue();
    steps.subMap(first, true, last, true).clear();
    steps.put(first, sequence);
    if (last + 1 != 0) {
      steps.putIfAbsent(last + 1, within);
    }
    joinEqualNeighbours(first, sequence);
    while (steps.size() > segmentsMax) {
      mergeOnePair();
    }
  }

  private void joinEqualNeighbours(long key, long sequence) {
    Map.Entry<Long, Long> next = steps.higherEntry(key);
    if (next != null && next.getValue() == sequence) {
      steps.remove(next.getKey());
    }
    Map.Entry<Long, Long> previous = steps.lowerEntry(key);
    if (previous != null && previous.getValue() == sequence) {
      steps.remove(key);
    }
  }

  private void mergeOnePair() {
    Map.Entry<Long, Long> left = steps.floorEntry(hand);
    Map.Entry<Long, Long> right = steps.higherEntry(left.getKey());
    if (right == null) {
      left = steps.firstEntry();
    }
    Map.Entry<Long, Long> oldest = left;
    long oldestSequence = higherOfPair(left, steps.higherEntry(left.getKey()));
    for (int i = 1; i < MERGE_CANDIDATES; i++) {
      Map.Entry<Long, Long> at = steps.higherEntry(left.getKey());
      Map.Entry<Long, Long> next = steps.higherEntry(at.getKey());
      if (next == null) {
        break;
      }
      left = at;
      if (higherOfPair(left, next) < oldestSequence) {
        oldest = left;
        oldestSequence = higherOfPair(left, next);
      }
    }
    hand = left.getKey();
    steps.remove(steps.higherKey(oldest.getKey()));
    steps.put(oldest.getKey(), oldestSequence);
    joinEqualNeighbours(oldest.getKey(), oldestSequence);
  }

  private static long higherOfPair(
      Map.Entry<Long, Long> left, Map.@Nullable Entry<Long, Long> right) {
    return right == null ? left.getValue() : Math.max(left.getValue(), right.getValue());
  }
}
