package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.List;

/**
 * A small universe of pages in three places: from address 0, around the sign bit, and up to 2^64-1.
 * A run of them is one range of addresses; overlap of runs is overlap of bit masks, which has
 * nothing in common with how the product computes it.
 */
final class Pages {
  static final int COUNT = 24;
  static final long PAGE = 4096;
  private static final int CLUSTER = 8;
  private static final long[] BASES = {0, Long.MIN_VALUE - 4 * PAGE, -8 * PAGE};

  private Pages() {}

  static AddressRange range(int from, int to) {
    return new AddressRange(address(from), address(to) + PAGE - 1);
  }

  static long address(int page) {
    return BASES[page / CLUSTER] + (page % CLUSTER) * PAGE;
  }

  static int mask(int from, int to) {
    return ((1 << (to - from + 1)) - 1) << from;
  }

  static int mask(List<int[]> runs) {
    int mask = 0;
    for (int[] run : runs) {
      mask |= mask(run[0], run[1]);
    }
    return mask;
  }

  /** The universe's pages in a set of addresses, found page by page. */
  static int mask(AddressRanges ranges) {
    int mask = 0;
    for (int page = 0; page < COUNT; page++) {
      if (ranges.contains(address(page))) {
        mask |= 1 << page;
      }
    }
    return mask;
  }
}
