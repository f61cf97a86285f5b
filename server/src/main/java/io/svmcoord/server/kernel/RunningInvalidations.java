package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
import io.svmcoord.range.IntervalTree;
import io.svmcoord.range.OverlapVisitor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The registry of a space's running invalidations: by sequence, by overlap, and oldest first.
 *
 * <p>What the kernel lacks, and why its readers wait for strangers (G3). Add, remove and the search
 * for one overlap are O(ranges * log n) for n ranges of running invalidations. Bound: {@link
 * KernelLimits#runningPerSpaceMax} and one RELEASE. Confined to the coordinator's thread.
 */
final class RunningInvalidations {
  private final IntervalTree tree = new IntervalTree();
  private final LongMap<RunningInvalidation> bySequence = new LongMap<>();
  private final ArrayList<@Nullable RunningInvalidation> byIndex = new ArrayList<>();
  private final ArrayList<Integer> freeIndexes = new ArrayList<>();
  private @Nullable RunningInvalidation oldest;
  private @Nullable RunningInvalidation newest;
  private long stamp;
  private int foundIndex;

  /** Kept, so that a search makes no object. */
  private final OverlapVisitor findOne =
      (slot, index) -> {
        foundIndex = index;
        return false;
      };

  int size() {
    return bySequence.size();
  }

  @Nullable RunningInvalidation oldest() {
    return oldest;
  }

  @Nullable RunningInvalidation bySequence(long sequence) {
    return bySequence.get(sequence);
  }

  /** Adds an invalidation with a higher sequence than all before. */
  void add(RunningInvalidation added) {
    bySequence.put(added.sequence(), added);
    if (freeIndexes.isEmpty()) {
      added.registryIndex = byIndex.size();
      byIndex.add(added);
    } else {
      added.registryIndex = freeIndexes.removeLast();
      byIndex.set(added.registryIndex, added);
    }
    AddressRanges ranges = added.what.ranges();
    int[] slots = new int[ranges.size()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = tree.insert(ranges.first(i), ranges.last(i), added.registryIndex);
    }
    added.treeSlots = slots;
    added.older = newest;
    if (newest == null) {
      oldest = added;
    } else {
      newest.newer = added;
    }
    newest = added;
  }

  /** Removes an invalidation that is in. */
  void remove(RunningInvalidation removed) {
    bySequence.remove(removed.sequence());
    byIndex.set(removed.registryIndex, null);
    freeIndexes.add(removed.registryIndex);
    for (int slot : removed.treeSlots) {
      tree.remove(slot);
    }
    RunningInvalidation before = removed.older;
    RunningInvalidation after = removed.newer;
    if (before == null) {
      oldest = after;
    } else {
      before.newer = after;
    }
    if (after == null) {
      newest = before;
    } else {
      after.older = before;
    }
  }

  /** A copy of those that are not through yet, oldest first. */
  List<RunningInvalidation> pending() {
    List<RunningInvalidation> pending = new ArrayList<>();
    for (RunningInvalidation at = oldest; at != null; at = at.newer) {
      if (at.isPending()) {
        pending.add(at);
      }
    }
    return pending;
  }

  /** Any running invalidation that overlaps the ranges; null if there is none. */
  @Nullable RunningInvalidation anyOverlapping(AddressRanges ranges) {
    if (oldest == null) {
      return null;
    }
    for (int i = 0; i < ranges.size(); i++) {
      if (!tree.forEachOverlap(ranges.first(i), ranges.last(i), findOne)) {
        return at(foundIndex);
      }
    }
    return null;
  }

  /** Every running invalidation that overlaps the ranges, ascending by sequence. */
  List<RunningInvalidation> allOverlapping(AddressRanges ranges) {
    List<RunningInvalidation> found = new ArrayList<>();
    stamp++;
    for (int i = 0; i < ranges.size(); i++) {
      tree.forEachOverlap(
          ranges.first(i),
          ranges.last(i),
          (slot, index) -> {
            RunningInvalidation running = at(index);
            if (running.overlapStamp != stamp) {
              running.overlapStamp = stamp;
              found.add(running);
            }
            return true;
          });
    }
    found.sort(Comparator.comparingLong(RunningInvalidation::sequence));
    return found;
  }

  private RunningInvalidation at(int index) {
    RunningInvalidation running = byIndex.get(index);
    if (running == null) {
      throw new IllegalStateException("index: " + index + " (expected: one that runs)");
    }
    return running;
  }
}
