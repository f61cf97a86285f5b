package io.svmcoord.loadtest.sim.check;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.ArrayList;
import java.util.List;

/**
 * Sets of pages as the bits of a long: page i of a space is bit i. Simulated spaces have {@link
 * #PAGES} pages from address 0; what a range holds beyond them is left out.
 */
public final class PageMask {
  /** Pages of a simulated space. */
  public static final int PAGES = 64;

  /** Size of a page in bytes. */
  public static final long PAGE_SIZE_BYTES = 4096;

  /** All pages. */
  public static final long ALL = -1L;

  private PageMask() {}

  /** The pages from {@code first} to {@code last}, both inclusive. */
  public static long of(int first, int last) {
    return (ALL >>> (PAGES - 1 - (last - first))) << first;
  }

  /** The pages of a range; empty if it begins beyond them. */
  public static long of(long firstAddress, long lastAddress) {
    long first = Long.divideUnsigned(firstAddress, PAGE_SIZE_BYTES);
    long last = Long.divideUnsigned(lastAddress, PAGE_SIZE_BYTES);
    return Long.compareUnsigned(first, PAGES) >= 0
        ? 0
        : of((int) first, (int) Math.min(last, PAGES - 1));
  }

  /** The pages of ranges. */
  public static long of(AddressRanges ranges) {
    long mask = 0;
    for (int i = 0; i < ranges.size(); i++) {
      mask |= of(ranges.first(i), ranges.last(i));
    }
    return mask;
  }

  /** The addresses from page {@code first} to page {@code last}, both inclusive. */
  public static AddressRange range(int first, int last) {
    return new AddressRange(first * PAGE_SIZE_BYTES, (last + 1) * PAGE_SIZE_BYTES - 1);
  }

  /** Number of the page of an address. */
  public static int pageOf(long address) {
    return Math.toIntExact(address / PAGE_SIZE_BYTES);
  }

  /** For people: {@code 0-3,7}. */
  public static String text(long mask) {
    List<String> runs = new ArrayList<>();
    for (int first = 0; first < PAGES; first++) {
      if ((mask >>> first & 1) == 0) {
        continue;
      }
      int last = first;
      while (last + 1 < PAGES && (mask >>> (last + 1) & 1) != 0) {
        last++;
      }
      runs.add(first == last ? "" + first : first + "-" + last);
      first = last;
    }
    return runs.isEmpty() ? "none" : String.join(",", runs);
  }
}
