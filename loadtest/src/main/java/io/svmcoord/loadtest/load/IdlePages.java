package io.svmcoord.loadtest.load;

/**
 * What idle sessions subscribe to: pages of their own, one apart, behind those that a fan-out's
 * begins are about. So nothing that happens there concerns them. Immutable.
 *
 * @param spaceId address space
 * @param perSession subscriptions of each session, a page each; 0 for none
 */
public record IdlePages(long spaceId, int perSession) {
  /** Most subscriptions of one session. */
  public static final int PER_SESSION_MAX = 1 << 20;

  /** Subscriptions of one update: what a coordinator accepts. */
  static final int BATCH_MAX = 4096;

  /** Checks each value. */
  public IdlePages {
    if (perSession < 0 || perSession > PER_SESSION_MAX) {
      throw new IllegalArgumentException(
          "perSession: " + perSession + " (expected: 0 to " + PER_SESSION_MAX + ")");
    }
  }

  /** First address of a subscription. */
  long first(int session, int subscription) {
    long index = (long) session * perSession + subscription;
    return (FanoutSubscription.PAGES + 1 + 2 * index) * FanoutSubscription.PAGE_BYTES;
  }

  /** Last address of a subscription, inclusive. */
  long last(int session, int subscription) {
    return first(session, subscription) + FanoutSubscription.PAGE_BYTES - 1;
  }
}
