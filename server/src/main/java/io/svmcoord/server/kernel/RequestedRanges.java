package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ranges as a client sent them, in its order and not yet checked, so that an error can say which is
 * wrong. Both ends inclusive, unsigned. Immutable.
 */
public final class RequestedRanges {
  private final long[] firsts;
  private final long[] lasts;

  private RequestedRanges(long[] firsts, long[] lasts) {
    this.firsts = firsts;
    this.lasts = lasts;
  }

  /**
   * The ranges {@code [firsts[i], lasts[i]]}. Takes over the arrays: they must not change after.
   *
   * @throws IllegalArgumentException if the lengths differ
   */
  public static RequestedRanges ofBounds(long[] firsts, long[] lasts) {
    if (firsts.length != lasts.length) {
      throw new IllegalArgumentException(
          "lasts.length: %d (expected: firsts.length %d)".formatted(lasts.length, firsts.length));
    }
    return new RequestedRanges(firsts, lasts);
  }

  /** The given ranges. */
  public static RequestedRanges of(AddressRange... ranges) {
    return of(List.of(ranges));
  }

  /** The given ranges. */
  public static RequestedRanges of(List<AddressRange> ranges) {
    return new RequestedRanges(
        ranges.stream().mapToLong(AddressRange::first).toArray(),
        ranges.stream().mapToLong(AddressRange::last).toArray());
  }

  /** Number of ranges. */
  public int size() {
    return firsts.length;
  }

  /** The ranges in normal form, if there are 1 to {@code rangesMax} and each is of whole pages. */
  Outcome<AddressRanges> checked(long pageSizeBytes, int rangesMax) {
    Refusal wrong = wrong(pageSizeBytes, rangesMax);
    return wrong == null ? Outcome.ok(normal()) : Outcome.refused(wrong);
  }

  /** What is wrong unless there are 1 to {@code rangesMax}, each of whole pages; else null. */
  @Nullable Refusal wrong(long pageSizeBytes, int rangesMax) {
    if (firsts.length == 0 || firsts.length > rangesMax) {
      return new Refusal.InvalidArgument("ranges", firsts.length + " ranges", "1 to " + rangesMax);
    }
    for (int i = 0; i < firsts.length; i++) {
      if (!isWellFormed(firsts[i], lasts[i], pageSizeBytes)) {
        return explain("ranges[" + i + "]", firsts[i], lasts[i], pageSizeBytes);
      }
    }
    return null;
  }

  /** The ranges in normal form; for those with which nothing is wrong. */
  AddressRanges normal() {
    return AddressRanges.ofBounds(firsts, lasts);
  }

  /** Whether first is not above last and both lie on the borders of pages. */
  static boolean isWellFormed(long first, long last, long pageSizeBytes) {
    long offset = pageSizeBytes - 1;
    return Long.compareUnsigned(first, last) <= 0
        && (first & offset) == 0
        && ((last + 1) & offset) == 0;
  }

  /** What is wrong with a range that is not well formed. */
  static Refusal explain(String field, long first, long last, long pageSizeBytes) {
    long offset = pageSizeBytes - 1;
    if ((first & offset) != 0) {
      return new Refusal.InvalidArgument(
          field + ".first", hex(first), "a multiple of the page size " + pageSizeBytes);
    }
    if (((last + 1) & offset) != 0) {
      return new Refusal.InvalidArgument(
          field + ".last", hex(last), "one less than a multiple of the page size " + pageSizeBytes);
    }
    return new Refusal.InvalidArgument(field + ".last", hex(last), "at least first " + hex(first));
  }

  private static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }
}
