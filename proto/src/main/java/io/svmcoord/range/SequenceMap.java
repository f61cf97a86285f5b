package io.svmcoord.range;

import static io.svmcoord.range.SlotPool.NIL;

/**
 * The contract's <em>last invalidated</em> map of one address space and epoch: range to the highest
 * sequence of a begin that touched it. It answers "did anything that overlaps begin since token s?"
 * for any range: yes, if {@code highest(range) > s}.
 *
 * <h2>Shape</h2>
 *
 * The map is a step function over the whole space. A step is a {@link MaxTree} entry: it holds from
 * its key up to the next one's key, exclusive, and has one sequence, 0 where nothing ever began.
 * Sequences only grow, so a new range overwrites what lies below it: at most two steps more, and
 * each step that disappears was once paid for. Raising is O(log n) amortised; {@link #highest} is
 * O(log n) for ranges of any width, since the tree knows the highest sequence of each subtree.
 *
 * <h2>Bound</h2>
 *
 * There are at most {@code segmentsMax} steps. Past it, two neighbours become one of the higher
 * sequence. That can make a reader of the older one's addresses retry for nothing, but only a
 * reader whose token is older than the higher of the two; the token it takes next is not below any
 * step (I5). So the pair to merge should be one whose higher sequence is long ago. Looking for the
 * oldest of all would cost a second ordered structure; instead a hand goes round the space and of
 * every {@value #MERGE_CANDIDATES} pairs that it passes the oldest is merged: O(log n) a merge, at
 * most two merges a raise, and every pair has its turn.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>I1 never missed: {@code highest(r)} is at least the highest sequence that was raised over
 *       an address of r; it is exactly that while {@link #lossyMerges()} is 0.
 *   <li>I2 cover: a step starts at address 0, so that every address lies in one step.
 *   <li>I3 minimal: neighbouring steps differ in sequence.
 *   <li>I4 bound: there are at most {@code segmentsMax} steps after each call.
 *   <li>I5 growth: no step is above {@link #latest()}.
 * </ul>
 *
 * About 35 bytes a step where steps come at random places, and the slack of growth (see {@link
 * IntervalTree}); nothing is allocated but growth of the arrays. Confined to its owner.
 */
public final class SequenceMap {
  /** {@code segmentsMax} where the owner has no reason for another: at most 4 MiB of heap a map. */
  public static final int SEGMENTS_MAX_DEFAULT = 65_536;

  /** Pairs of neighbours among which one merge chooses. */
  static final int MERGE_CANDIDATES = 8;

  private static final int NO_TAG = 0;

  private final MaxTree tree = new MaxTree();
  private final int segmentsMax;
  private long latest;
  private long lossyMerges;

  /** Address from which the next merge looks for its pair. */
  private long hand;

  /** An empty map of at most {@link #SEGMENTS_MAX_DEFAULT} segments. */
  public SequenceMap() {
    this(SEGMENTS_MAX_DEFAULT);
  }

  /**
   * An empty map.
   *
   * @param segmentsMax most segments held, those of sequence 0 included, at least 1
   * @throws IllegalArgumentException if that is below 1
   */
  public SequenceMap(int segmentsMax) {
    if (segmentsMax < 1) {
      throw new IllegalArgumentException(
          "segmentsMax: %d (expected: at least 1)".formatted(segmentsMax));
    }
    this.segmentsMax = segmentsMax;
    tree.insert(0, 0, NO_TAG);
  }

  /** Number of segments now, those of sequence 0 included; from 1 to the maximum. */
  public int segments() {
    return tree.size();
  }

  /** The highest sequence raised anywhere since the start or {@link #clear}; 0 if none was. */
  public long latest() {
    return latest;
  }

  /** Merges since the start that made some answer too high; a metric, never reset. */
  public long lossyMerges() {
    return lossyMerges;
  }

  /** Bytes of heap that the arrays take, slack included. */
  public long memoryBytes() {
    return tree.memoryBytes();
  }

  /**
   * The highest sequence over {@code [first, last]}, inclusive; 0 if no begin touched it.
   *
   * @throws IllegalArgumentException if {@code first} is above {@code last}
   */
  public long highest(long first, long last) {
    AddressRange.requireOrdered(first, last);
    long atFirst = tree.weight(tree.floor(first));
    return AddressRange.maxUnsigned(atFirst, tree.maxWithin(first, last));
  }

  /** The highest sequence over all of {@code ranges}; 0 if no begin touched them. */
  public long highest(AddressRanges ranges) {
    long highest = 0;
    for (int i = 0; i < ranges.size(); i++) {
      highest = Math.max(highest, highest(ranges.first(i), ranges.last(i)));
    }
    return highest;
  }

  /**
   * Notes that the begin of {@code sequence} touches {@code [first, last]}, inclusive. One begin
   * may raise several ranges.
   *
   * @param sequence above 0, not below {@link #latest()}
   * @throws IllegalArgumentException if {@code first} is above {@code last}, or the sequence goes
   *     back
   */
  public void raise(long first, long last, long sequence) {
    AddressRange.requireOrdered(first, last);
    requireGrowth(sequence);
    latest = sequence;
    if (first == 0 && last == -1L) {
      restart(sequence);
      return;
    }
    long after = last + 1;
    if (after != 0) {
      stepAt(after);
    }
    int step = stepAt(first);
    removeStepsBetween(step, last);
    tree.weigh(step, sequence);
    joinEqualNeighbours(step);
    while (tree.size() > segmentsMax) {
      mergeOnePair();
    }
  }

  /** Notes that the begin of {@code sequence} touches all of {@code ranges}. */
  public void raise(AddressRanges ranges, long sequence) {
    for (int i = 0; i < ranges.size(); i++) {
      raise(ranges.first(i), ranges.last(i), sequence);
    }
  }

  /** Forgets all, as at the start of an epoch: every address at sequence 0, sequences from 1. */
  public void clear() {
    latest = 0;
    hand = 0;
    restart(0);
  }

  /** For tests: the steps. */
  MaxTree tree() {
    return tree;
  }

  private void requireGrowth(long sequence) {
    if (sequence <= 0 || sequence < latest) {
      throw new IllegalArgumentException(
          "sequence: %d (expected: above 0 and at least %d)".formatted(sequence, latest));
    }
  }

  /** One step for the whole space. */
  private void restart(long sequence) {
    tree.clear();
    tree.insert(0, sequence, NO_TAG);
  }

  /** The step that starts at {@code address}; splits the one around it if there is none yet. */
  private int stepAt(long address) {
    int step = tree.floor(address);
    return tree.key(step) == address ? step : tree.insert(address, tree.weight(step), NO_TAG);
  }

  /** Removes the steps after {@code step} that start at {@code last} or before. */
  private void removeStepsBetween(int step, long last) {
    int next = tree.next(step);
    while (next != NIL && Long.compareUnsigned(tree.key(next), last) <= 0) {
      tree.remove(next);
      next = tree.next(step);
    }
  }

  /** Restores I3 around a step; loses nothing. */
  private void joinEqualNeighbours(int step) {
    int next = tree.next(step);
    if (next != NIL && tree.weight(next) == tree.weight(step)) {
      tree.remove(next);
    }
    int previous = tree.previous(step);
    if (previous != NIL && tree.weight(previous) == tree.weight(step)) {
      tree.remove(step);
    }
  }

  /** Makes one step of the pair that {@link #oldestPairAtHand} chose, of its higher sequence. */
  private void mergeOnePair() {
    int left = oldestPairAtHand();
    int right = tree.next(left);
    long sequence = higherOfPair(left, right);
    tree.remove(right);
    tree.weigh(left, sequence);
    joinEqualNeighbours(left);
    lossyMerges++;
  }

  /** Moves the hand over some pairs; returns the left step of the one that is longest ago. */
  private int oldestPairAtHand() {
    int left = tree.floor(hand);
    int right = tree.next(left);
    if (right == NIL) {
      left = tree.floor(0);
      right = tree.next(left);
    }
    int oldest = left;
    long oldestSequence = higherOfPair(left, right);
    for (int i = 1; i < MERGE_CANDIDATES; i++) {
      left = right;
      right = tree.next(left);
      if (right == NIL) {
        break;
      }
      if (higherOfPair(left, right) < oldestSequence) {
        oldest = left;
        oldestSequence = higherOfPair(left, right);
      }
    }
    hand = tree.key(left);
    return oldest;
  }

  private long higherOfPair(int left, int right) {
    return Math.max(tree.weight(left), tree.weight(right));
  }
}
