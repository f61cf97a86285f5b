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
  private final long[] firsts;
  private final long[] lasts;

  /** Takes over arrays that are in normal form already. */
  private AddressRanges(long[] firsts, long[] lasts) {
    this.firsts = firsts;
    this.lasts = lasts;
  }

  /** The addresses of one range. */
  public static AddressRanges of(AddressRange range) {
    return new AddressRanges(new long[] {range.first()}, new long[] {range.last()});
  }

  /**
   * The addresses of all given ranges, in any order, overlapping or not.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static AddressRanges of(Collection<AddressRange> ranges) {
    long[] firsts = new long[ranges.size()];
    long[] lasts = new long[ranges.size()];
    int count = 0;
    for (AddressRange range : ranges) {
      firsts[count] = range.first();
      lasts[count++] = range.last();
    }
    return normalised(firsts, lasts);
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
    for (int i = 0; i < firsts.length; i++) {
      AddressRange.requireOrdered(firsts[i], lasts[i]);
    }
    return normalised(firsts.clone(), lasts.clone());
  }

  /** Number of ranges in normal form, at least 1. */
  public int size() {
    return firsts.length;
  }

  /** First address of the range at {@code index}, inclusive, unsigned; ascending in the index. */
  public long first(int index) {
    return firsts[index];
  }

  /** Last address of the range at {@code index}, inclusive, unsigned; ascending in the index. */
  public long last(int index) {
    return lasts[index];
  }

  /** The range at {@code index}, as a new object. */
  public AddressRange range(int index) {
    return new AddressRange(firsts[index], lasts[index]);
  }

  /** The smallest single range that contains the set. */
  public AddressRange hull() {
    return new AddressRange(firsts[0], lasts[lasts.length - 1]);
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
        && Long.compareUnsigned(firsts[index], range.first()) <= 0
        && Long.compareUnsigned(range.last(), lasts[index]) <= 0;
  }

  /** Whether the set has an address of {@code range}. O(log size). */
  public boolean overlaps(AddressRange range) {
    return overlaps(range.first(), range.last());
  }

  /** Whether the set has an address of {@code [first, last]}. O(log size), allocates nothing. */
  public boolean overlaps(long first, long last) {
    AddressRange.requireOrdered(first, last);
    int index = firstEndingAtOrAfter(first);
    return index < size() && Long.compareUnsigned(firsts[index], last) <= 0;
  }

  /** Whether the sets share an address. O(size + other size), allocates nothing. */
  public boolean overlaps(AddressRanges other) {
    int mine = 0;
    int theirs = 0;
    while (mine < size() && theirs < other.size()) {
      if (Long.compareUnsigned(lasts[mine], other.firsts[theirs]) < 0) {
        mine++;
      } else if (Long.compareUnsigned(other.lasts[theirs], firsts[mine]) < 0) {
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
    long[] restFirsts = new long[size() + 1];
    long[] restLasts = new long[size() + 1];
    int count = 0;
    for (int i = 0; i < size(); i++) {
      boolean startsBefore = Long.compareUnsigned(firsts[i], hole.first()) < 0;
      boolean endsAfter = Long.compareUnsigned(lasts[i], hole.last()) > 0;
      if (startsBefore) {
        restFirsts[count] = firsts[i];
        restLasts[count++] = AddressRange.minUnsigned(lasts[i], hole.first() - 1);
      }
      if (endsAfter) {
        restFirsts[count] = AddressRange.maxUnsigned(firsts[i], hole.last() + 1);
        restLasts[count++] = lasts[i];
      }
    }
    if (count == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new AddressRanges(Arrays.copyOf(restFirsts, count), Arrays.copyOf(restLasts, count)));
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
    return other instanceof AddressRanges ranges
        && Arrays.equals(firsts, ranges.firsts)
        && Arrays.equals(lasts, ranges.lasts);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(firsts) + Arrays.hashCode(lasts);
  }

  /** The ranges in ascending order, {@code {[0x1000,0x1fff], [0x3000,0x3fff]}}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < size(); i++) {
      text.append(i == 0 ? "" : ", ").append(AddressRange.toString(firsts[i], lasts[i]));
    }
    return text.append('}').toString();
  }

  /** Index of the first range whose last address is not below {@code address}, or size. */
  private int firstEndingAtOrAfter(long address) {
    int low = 0;
    int high = size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(lasts[middle], address) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Sorts and merges in place; keeps the arrays when nothing had to be merged. */
  private static AddressRanges normalised(long[] firsts, long[] lasts) {
    int length = firsts.length;
    if (length == 0) {
      throw new IllegalArgumentException("ranges: 0 (expected: at least 1)");
    }
    if (!isSorted(firsts)) {
      sort(firsts, lasts);
    }
    int count = 0;
    for (int i = 1; i < length; i++) {
      // A range up to 2^64 - 1 has no successor address; everything after it overlaps it.
      boolean apart = lasts[count] != -1L && Long.compareUnsigned(lasts[count] + 1, firsts[i]) < 0;
      if (apart) {
        count++;
        firsts[count] = firsts[i];
        lasts[count] = lasts[i];
      } else {
        lasts[count] = AddressRange.maxUnsigned(lasts[count], lasts[i]);
      }
    }
    count++;
    return count == length
        ? new AddressRanges(firsts, lasts)
        : new AddressRanges(Arrays.copyOf(firsts, count), Arrays.copyOf(lasts, count));
  }

  private static boolean isSorted(long[] firsts) {
    for (int i = 1; i < firsts.length; i++) {
      if (Long.compareUnsigned(firsts[i - 1], firsts[i]) > 0) {
        return false;
      }
    }
    return true;
  }

  private static void sort(long[] firsts, long[] lasts) {
    AddressRange[] ranges = new AddressRange[firsts.length];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] = new AddressRange(firsts[i], lasts[i]);
    }
    Arrays.sort(ranges);
    for (int i = 0; i < ranges.length; i++) {
      firsts[i] = ranges[i].first();
      lasts[i] = ranges[i].last();
    }
  }
}
