package io.svmcoord.loadtest.bench;

import io.svmcoord.range.AddressRange;
import java.util.Random;

/** How the subscriptions of a benchmark lie, and what is asked of them. */
public enum SubscriptionShape {
  /** 1 to 16 pages at random places, about every address once; asked for 16 pages: k about 3. */
  UNIFORM {
    @Override
    public AddressRange subscription(int index, int size, Random random) {
      return pages(random.nextLong(PAGES_EACH * size), 1 + random.nextInt(16));
    }

    @Override
    public AddressRange query(int size, Random random) {
      return pages(random.nextLong(PAGES_EACH * size), 16);
    }
  },

  /**
   * Regions of regions, eight in one, down to blocks of 8 pages; asked for one page: k is the
   * number of levels, 4 for a thousand, 7 for a million.
   */
  NESTED {
    @Override
    public AddressRange subscription(int index, int size, Random random) {
      // As in an implicit heap: the children of i are 8 i + 1 to 8 i + 8.
      long levelStart = 0;
      long levelSize = 1;
      while (index >= levelStart + levelSize) {
        levelStart += levelSize;
        levelSize *= FAN_OUT;
      }
      long pages = pagesOfAll(size) / levelSize;
      return pages((index - levelStart) * pages, pages);
    }

    @Override
    public AddressRange query(int size, Random random) {
      return pages(random.nextLong(pagesOfAll(size)), 1);
    }

    private long pagesOfAll(int size) {
      long pages = PAGES_EACH;
      for (long regions = 1; regions < size; regions = regions * FAN_OUT + 1) {
        pages *= FAN_OUT;
      }
      return pages;
    }
  },

  /**
   * Regions of 64 pages, of which the one of rank r is chosen 1 / r times as often as the first
   * (Zipf), with 1 to 16 pages at a random place of one; asked for a page likewise: where many
   * subscribe, much happens. k is about 100 for a hundred thousand.
   */
  ZIPF {
    @Override
    public AddressRange subscription(int index, int size, Random random) {
      return pages(page(size, random), 1 + random.nextInt(16));
    }

    @Override
    public AddressRange query(int size, Random random) {
      return pages(page(size, random), 1);
    }

    private long page(int size, Random random) {
      // The inverse of Zipf's law: a region of rank r is drawn about 1 / r times as often as one.
      long region = (long) Math.pow(size, random.nextDouble()) - 1;
      return region * REGION_PAGES + random.nextLong(REGION_PAGES);
    }
  },

  /** All around one page, each of another length; asked for that page: k is all of them. */
  ALL_OVERLAPPING {
    @Override
    public AddressRange subscription(int index, int size, Random random) {
      long before = random.nextLong(PAGES_EACH * size);
      return pages(middle(size) - before, before + 1 + random.nextLong(PAGES_EACH * size));
    }

    @Override
    public AddressRange query(int size, Random random) {
      return pages(middle(size), 1);
    }

    private long middle(int size) {
      return PAGES_EACH * size;
    }
  };

  private static final long PAGE_BYTES = 4096;
  private static final long PAGES_EACH = 8;
  private static final long FAN_OUT = 8;
  private static final long REGION_PAGES = 64;

  /** The subscription of an index from 0 to size - 1. */
  public abstract AddressRange subscription(int index, int size, Random random);

  /** A range to ask for. */
  public abstract AddressRange query(int size, Random random);

  private static AddressRange pages(long firstPage, long count) {
    return AddressRange.ofLength(firstPage * PAGE_BYTES, count * PAGE_BYTES);
  }
}
