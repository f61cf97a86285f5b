package io.svmcoord.range;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A non-empty set of addresses as ranges in normal form: sorted, and ranges that overlap or touch
 * merged into one. Two sets of the same addresses are therefore equal.
 *
 * <p>The bounds are read by index ({@link #size}, {@link #first}, {@link #last}), which allocates
 * nothing. Immutable.
 */
public final class AddressRanges {
  /** First and last of each range in turns: one object, where most sets are of one range. */
  private final long[] bounds;

  /** Takes over bounds that are in normal form already. */
  private AddressRanges(long[] bounds) {
    this.bounds = bounds;
  }

  /** The addresses of one range. */
  public static AddressRanges of(AddressRange range) {
    return new AddressRanges(new long[] {range.first(), range.last()});
  }

  /**
   * The addresses of all given ranges, in any order, overlapping or not.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static AddressRanges of(Collection<AddressRange> ranges) {
    long[] bounds = new long[2 * ranges.size()];
    int at = 0;
    for (AddressRange range : ranges) {
      bounds[at++] = range.first();
      bounds[at++] = range.last();
    }
    return normalised(bounds);
  }

  /**
   * The addresses of the ranges {@code [firsts[i], lasts[i]]}, in any order, overlapping or not.
   * The arrays are copied.
   *
   * @throws IllegalArgumentException if there is none, the lengths differ, or a first is above its
   *     last
   */
  public static AddressRanges ofBounds(long[] firsts, long[] lasts) {
    if (firsts.length != lasts.length) {
      throw new IllegalArgumentException(
          "lasts.length: %d (expected: firsts.length %d)".formatted(lasts.length, firsts.length));
    }
    long[] bounds = new long[2 * firsts.length];
    for (int i = 0; i < firsts.length; i++) {
      AddressRange.requireOrdered(firsts[i], lasts[i]);
      bounds[2 * i] = firsts[i];
      bounds[2 * i + 1] = lasts[i];
    }
    return normalised(bounds);
  }

  /** Number of ranges in normal form, at least 1. */
  public int size() {
    return bounds.length / 2;
  }

  /** First address of the range at {@code index}, inclusive, unsigned; ascending in the index. */
  public long first(int index) {
    return bounds[2 * index];
  }

  /** Last address of the range at {@code index}, inclusive, unsigned; ascending in the index. */
  public long last(int index) {
    return bounds[2 * index + 1];
  }

  /** The range at {@code index}, as a new object. */
  public AddressRange range(int index) {
    return new AddressRange(first(index), last(index));
  }

  /** The smallest single range that contains the set. */
  public AddressRange hull() {
    return new AddressRange(bounds[0], bounds[bounds.length - 1]);
  }

  /** Whether {@code address} is in the set. O(log size). */
  public boolean contains(long address) {
    return overlaps(address, address);
  }

  /** Whether every address of {@code range} is in the set. O(log size). */
  public boolean contains(AddressRange range) {
    int index = firstEndingAtOrAfter(range.first());
    // Ranges that touch are merged, so what the set contains lies in one range.
    return index < size()
        && Long.compareUnsigned(first(index), range.first()) <= 0
        && Long.compareUnsigned(range.last(), last(index)) <= 0;
  }

  /** Whether the set has an address of {@code range}. O(log size). */
  public boolean overlaps(AddressRange range) {
    return overlaps(range.first(), range.last());
  }

  /** Whether the set has an address of {@code [first, last]}. O(log size), allocates nothing. */
  public boolean overlaps(long first, long last) {
    AddressRange.requireOrdered(first, last);
    int index = firstEndingAtOrAfter(first);
    return index < size() && Long.compareUnsigned(first(index), last) <= 0;
  }

  /** Whether the sets share an address. O(size + other size), allocates nothing. */
  public boolean overlaps(AddressRanges other) {
    int mine = 0;
    int theirs = 0;
    while (mine < size() && theirs < other.size()) {
      if (Long.compareUnsigned(last(mine), other.first(theirs)) < 0) {
        mine++;
      } else if (Long.compareUnsigned(other.last(theirs), first(mine)) < 0) {
        theirs++;
      } else {
        return true;
      }
    }
    return false;
  }

  /** The set without the addresses of {@code hole}; empty if nothing is left. */
  public Optional<AddressRanges> subtract(AddressRange hole) {
    // Each range leaves at most one piece, but for one that the hole splits.
    long[] rest = new long[bounds.length + 2];
    int end = 0;
    for (int i = 0; i < size(); i++) {
      if (Long.compareUnsigned(first(i), hole.first()) < 0) {
        rest[end++] = first(i);
        rest[end++] = AddressRange.minUnsigned(last(i), hole.first() - 1);
      }
      if (Long.compareUnsigned(last(i), hole.last()) > 0) {
        rest[end++] = AddressRange.maxUnsigned(first(i), hole.last() + 1);
        rest[end++] = last(i);
      }
    }
    return end == 0 ? Optional.empty() : Optional.of(new AddressRanges(Arrays.copyOf(rest, end)));
  }

  /** The ranges in ascending order, as new objects. */
  public List<AddressRange> toList() {
    List<AddressRange> list = new ArrayList<>(size());
    for (int i = 0; i < size(); i++) {
      list.add(range(i));
    }
    return List.copyOf(list);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AddressRanges ranges && Arrays.equals(bounds, ranges.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  /** The ranges in ascending order, {@code {[0x1000,0x1fff], [0x3000,0x3fff]}}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < size(); i++) {
      text.append(i == 0 ? "" : ", ").append(AddressRange.toString(first(i), last(i)));
    }
    return text.append('}').toString();
  }

  /** Index of the first range whose last address is not below {@code address}, or size. */
  private int firstEndingAtOrAfter(long address) {
    int low = 0;
    int high = size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(last(middle), address) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Sorts and merges in place; keeps the array when nothing had to be merged. */
  private static AddressRanges normalised(long[] bounds) {
    if (bounds.length == 0) {
      throw new IllegalArgumentException("ranges: 0 (expected: at least 1)");
    }
    if (!isSorted(bounds)) {
      sort(bounds);
    }
    int end = 2;
    for (int i = 2; i < bounds.length; i += 2) {
      long last = bounds[end - 1];
      // A range up to 2^64 - 1 has no successor address; everything after it overlaps it.
      if (last != -1L && Long.compareUnsigned(last + 1, bounds[i]) < 0) {
        bounds[end++] = bounds[i];
        bounds[end++] = bounds[i + 1];
      } else {
        bounds[end - 1] = AddressRange.maxUnsigned(last, bounds[i + 1]);
      }
    }
    return new AddressRanges(end == bounds.length ? bounds : Arrays.copyOf(bounds, end));
  }

  /** Whether the firsts ascend. */
  private static boolean isSorted(long[] bounds) {
    for (int i = 2; i < bounds.length; i += 2) {
      if (Long.compareUnsigned(bounds[i - 2], bounds[i]) > 0) {
        return false;
      }
    }
    return true;
  }

  private static void sort(long[] bounds) {
    AddressRange[] ranges = new AddressRange[bounds.length / 2];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] = new AddressRange(bounds[2 * i], bounds[2 * i + 1]);
    }
    Arrays.sort(ranges);
    for (int i = 0; i < ranges.length; i++) {
      bounds[2 * i] = ranges[i].first();
      bounds[2 * i + 1] = ranges[i].last();
    }
  }
}
