package io.svmcoord.range;

import java.util.Optional;

/**
 * A non-empty range of byte addresses, both ends inclusive and unsigned 64-bit, so that the whole
 * space can be said and nothing overflows.
 *
 * <p>The {@code long}s are read as unsigned: {@code -1L} is the address 2^64 - 1. Natural order is
 * by first, then last address, unsigned. Immutable.
 *
 * @param first lowest address of the range, inclusive, unsigned
 * @param last highest address of the range, inclusive, unsigned, not below {@code first}
 */
public record AddressRange(long first, long last) implements Comparable<AddressRange> {
  /** Every address, {@code [0, 2^64 - 1]}. */
  public static final AddressRange WHOLE = new AddressRange(0, -1L);

  /**
   * Validates the bounds.
   *
   * @throws IllegalArgumentException if {@code first} is above {@code last}, unsigned
   */
  public AddressRange {
    requireOrdered(first, last);
  }

  /**
   * The range of {@code length} bytes from {@code start}. The whole space has 2^64 bytes, which no
   * length says: use {@link #WHOLE}.
   *
   * @param start first address, inclusive, unsigned
   * @param length number of bytes, unsigned
   * @throws IllegalArgumentException if the length is 0 or the range would pass 2^64 - 1
   */
  public static AddressRange ofLength(long start, long length) {
    if (length == 0) {
      throw new IllegalArgumentException("length: 0 (expected: at least 1)");
    }
    long last = start + (length - 1);
    if (Long.compareUnsigned(last, start) < 0) {
      throw new IllegalArgumentException(
          "length: %s (expected: at most %s from start 0x%x)"
              .formatted(Long.toUnsignedString(length), Long.toUnsignedString(-start), start));
    }
    return new AddressRange(start, last);
  }

  /** Whether two ranges given by their bounds share an address. Allocates nothing. */
  public static boolean overlaps(long first, long last, long otherFirst, long otherLast) {
    return Long.compareUnsigned(first, otherLast) <= 0
        && Long.compareUnsigned(otherFirst, last) <= 0;
  }

  /** Whether this range and {@code other} share an address. */
  public boolean overlaps(AddressRange other) {
    return overlaps(first, last, other.first, other.last);
  }

  /** Whether {@code address} lies in this range. */
  public boolean contains(long address) {
    return Long.compareUnsigned(first, address) <= 0 && Long.compareUnsigned(address, last) <= 0;
  }

  /** Whether every address of {@code other} lies in this range. */
  public boolean contains(AddressRange other) {
    return Long.compareUnsigned(first, other.first) <= 0
        && Long.compareUnsigned(other.last, last) <= 0;
  }

  /** The addresses that both ranges have; empty if they share none. */
  public Optional<AddressRange> intersection(AddressRange other) {
    if (!overlaps(other)) {
      return Optional.empty();
    }
    return Optional.of(
        new AddressRange(maxUnsigned(first, other.first), minUnsigned(last, other.last)));
  }

  /**
   * Whether the range consists of whole pages: {@code first % pageSize == 0} and {@code (last + 1)
   * % pageSize == 0}, where 2^64 - 1 plus 1 is 0.
   *
   * @param pageSizeBytes a power of two
   * @throws IllegalArgumentException if the page size is not a power of two
   */
  public boolean isAligned(long pageSizeBytes) {
    if (Long.bitCount(pageSizeBytes) != 1) {
      throw new IllegalArgumentException(
          "pageSizeBytes: %d (expected: a power of two)".formatted(pageSizeBytes));
    }
    long offset = pageSizeBytes - 1;
    return (first & offset) == 0 && ((last + 1) & offset) == 0;
  }

  /** Number of bytes minus one, unsigned; the one form that also holds for the whole space. */
  public long sizeMinusOne() {
    return last - first;
  }

  /** Orders by first, then last address, unsigned. Consistent with equals. */
  @Override
  public int compareTo(AddressRange other) {
    int byFirst = Long.compareUnsigned(first, other.first);
    return byFirst != 0 ? byFirst : Long.compareUnsigned(last, other.last);
  }

  /** Both bounds in hexadecimal, {@code [0x1000,0x1fff]}. */
  @Override
  public String toString() {
    return toString(first, last);
  }

  static String toString(long first, long last) {
    return "[0x" + Long.toHexString(first) + ",0x" + Long.toHexString(last) + "]";
  }

  static void requireOrdered(long first, long last) {
    if (Long.compareUnsigned(first, last) > 0) {
      throw new IllegalArgumentException(
          "first: 0x%x (expected: at most last 0x%x)".formatted(first, last));
    }
  }

  static long maxUnsigned(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? a : b;
  }

  static long minUnsigned(long a, long b) {
    return Long.compareUnsigned(a, b) <= 0 ? a : b;
  }
}
