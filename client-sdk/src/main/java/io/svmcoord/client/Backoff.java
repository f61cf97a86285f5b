package io.svmcoord.client;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: none before the first, then full jitter, a random time
 * up to a limit that doubles (AWS Architecture Blog, "Exponential Backoff and Jitter"). Confined to
 * its owner.
 */
final class Backoff {
  private final long firstLimitNanos;
  private final long limitNanosMax;
  private final RandomGenerator random;
  private int attempts;

  Backoff(long firstLimitNanos, long limitNanosMax, RandomGenerator random) {
    this.firstLimitNanos = firstLimitNanos;
    this.limitNanosMax = limitNanosMax;
    this.random = random;
  }

  /** Delay before the next attempt, from 0 to the maximum. */
  long nextNanos() {
    if (attempts++ == 0) {
      return 0;
    }
    int doublings = Math.min(attempts - 2, 30);
    long limit = Math.min(limitNanosMax, firstLimitNanos << doublings);
    return random.nextLong(limit + 1);
  }

  /** An attempt succeeded. */
  void reset() {
    attempts = 0;
  }
}
