package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
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
  private final OverlapIndex<RunningInvalidation> index = new OverlapIndex<>();
  private final LongMap<RunningInvalidation> bySequence = new LongMap<>();
  private @Nullable RunningInvalidation oldest;
  private @Nullable RunningInvalidation newest;
  private long stamp;

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
    added.registryIndex = index.add(added, added.what.ranges());
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
    index.remove(removed.registryIndex);
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
    return index.any(ranges);
  }

  /** Every running invalidation that overlaps the ranges, ascending by sequence. */
  List<RunningInvalidation> allOverlapping(AddressRanges ranges) {
    List<RunningInvalidation> found = new ArrayList<>();
    stamp++;
    index.forEach(
        ranges,
        running -> {
          if (running.overlapStamp != stamp) {
            running.overlapStamp = stamp;
            found.add(running);
          }
        });
    found.sort(Comparator.comparingLong(RunningInvalidation::sequence));
    return found;
  }
}
