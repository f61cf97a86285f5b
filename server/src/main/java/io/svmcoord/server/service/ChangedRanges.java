package io.svmcoord.server.service;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A growing set of addresses of one space, of at most {@link #RANGES_MAX} ranges: with more it is
 * everything, for good. Confined to one thread. Adding a range: O(log ranges), but for those that
 * it swallows.
 */
final class ChangedRanges {
  /** As many as one notice may have. */
  static final int RANGES_MAX = 256;

  /** What one range of the set counts as, in bytes. */
  static final int RANGE_BYTES = 64;

  /** First to last address, disjoint and apart; null when the set is everything. */
  private final TreeMap<Long, Long> lastByFirst = new TreeMap<>(Long::compareUnsigned);

  private boolean isEverything;

  /** Whether the set is the whole space. */
  boolean isEverything() {
    return isEverything;
  }

  /** Makes the set the whole space. */
  void addEverything() {
    isEverything = true;
    lastByFirst.clear();
  }

  /** Adds what a change changes. */
  void add(Change change) {
    if (change.isEverything()) {
      addEverything();
    }
    change.ranges().ifPresent(this::add);
  }

  private void add(AddressRanges ranges) {
    for (int i = 0; i < ranges.size() && !isEverything; i++) {
      add(ranges.first(i), ranges.last(i));
    }
  }

  private void add(long first, long last) {
    long from = first;
    long to = last;
    Map.Entry<Long, Long> before = lastByFirst.floorEntry(first);
    // What ends next to it is taken in as well; the highest address has no next one.
    if (before != null && (before.getValue() == -1 || reaches(before.getValue() + 1, first))) {
      from = before.getKey();
      to = max(to, before.getValue());
      lastByFirst.remove(from);
    }
    Map.Entry<Long, Long> next = lastByFirst.ceilingEntry(from);
    while (next != null && (to == -1 || reaches(to + 1, next.getKey()))) {
      to = max(to, next.getValue());
      lastByFirst.remove(next.getKey());
      next = lastByFirst.ceilingEntry(from);
    }
    lastByFirst.put(from, to);
    if (lastByFirst.size() > RANGES_MAX) {
      addEverything();
    }
  }

  private static boolean reaches(long end, long first) {
    return Long.compareUnsigned(end, first) >= 0;
  }

  private static long max(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? a : b;
  }

  /** The set as one change of a space. */
  Change of(long spaceId) {
    if (isEverything) {
      return Change.everything(spaceId);
    }
    List<AddressRange> ranges = new ArrayList<>(lastByFirst.size());
    lastByFirst.forEach((first, last) -> ranges.add(new AddressRange(first, last)));
    return new Change(
        spaceId,
        ranges.isEmpty() ? Optional.empty() : Optional.of(AddressRanges.of(ranges)),
        false);
  }

  /** What it counts as in memory. */
  int sizeBytes() {
    return lastByFirst.size() * RANGE_BYTES;
  }
}
