package io.svmcoord.client;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: none before the first, then full jitter, a random time
 * up to a limit that doubles (AWS Architecture Blog, "Exponential Backoff and Jitter"). Who is told
 * when to come back comes no earlier, and up to half as much later, so that not all come at once.
 * Confined to its owner.
 */
final class Backoff {
  /** Longest wait that is believed: a wrong answer must not keep a client away for ever. */
  static final long ASKED_NANOS_MAX = 60_000_000_000L;

  private final long firstLimitNanos;
  private final long limitNanosMax;
  private final RandomGenerator random;
  private int attempts;
  private long askedNanos;

  Backoff(long firstLimitNanos, long limitNanosMax, RandomGenerator random) {
    this.firstLimitNanos = firstLimitNanos;
    this.limitNanosMax = limitNanosMax;
    this.random = random;
  }

  /** The other side said when to try next; 0 if it did not. Counts for the next attempt alone. */
  void asked(long nanos) {
    askedNanos = Math.clamp(nanos, 0, ASKED_NANOS_MAX);
  }

  /** Delay before the next attempt: up to the maximum, and no less than was asked for. */
  long nextNanos() {
    long asked = askedNanos;
    askedNanos = 0;
    return Math.max(ownNanos(), asked + (asked == 0 ? 0 : random.nextLong(asked / 2 + 1)));
  }

  private long ownNanos() {
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
