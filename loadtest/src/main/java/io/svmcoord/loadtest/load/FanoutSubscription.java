package io.svmcoord.loadtest.load;

/**
 * What every device of a fan-out subscribes to: the same pages, from address 0 on. Immutable.
 *
 * @param spaceId address space
 * @param lastAddress last byte address, inclusive
 * @param ttlMillis time to live of the leases, in milliseconds
 */
public record FanoutSubscription(long spaceId, long lastAddress, int ttlMillis) {
  /** Size of the pages of the address space. */
  public static final long PAGE_BYTES = 4096;

  /** Number of pages: invalidations take turns on them. */
  public static final int PAGES = 1024;

  static FanoutSubscription of(long spaceId, int ttlMillis) {
    return new FanoutSubscription(spaceId, PAGES * PAGE_BYTES - 1, ttlMillis);
  }
}
