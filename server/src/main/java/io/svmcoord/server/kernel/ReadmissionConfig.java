package io.svmcoord.server.kernel;

/**
 * How long clients that were evicted have to stay away; in nanoseconds. Immutable.
 *
 * @param delayFirstNanos after the second eviction; doubled by each that follows; 0: never
 * @param delayMaxNanos longest
 * @param forgetAfterNanos after so long without an eviction, the next counts as the first
 */
public record ReadmissionConfig(long delayFirstNanos, long delayMaxNanos, long forgetAfterNanos) {
  private static final long MILLI = 1_000_000L;

  /** The contract's defaults. */
  public static final ReadmissionConfig DEFAULTS =
      new ReadmissionConfig(100 * MILLI, 10_000 * MILLI, 60_000 * MILLI);

  /** Checks that the three are in order: nobody is forgotten who still has to stay away. */
  public ReadmissionConfig {
    if (delayFirstNanos < 0 || delayFirstNanos > delayMaxNanos) {
      throw new IllegalArgumentException(
          "delayFirstNanos: %d (expected: 0 to delayMaxNanos %d)"
              .formatted(delayFirstNanos, delayMaxNanos));
    }
    if (forgetAfterNanos < Math.max(1, delayMaxNanos)) {
      throw new IllegalArgumentException(
          "forgetAfterNanos: %d (expected: at least delayMaxNanos %d)"
              .formatted(forgetAfterNanos, delayMaxNanos));
    }
  }
}
