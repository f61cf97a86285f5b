package io.svmcoord.loadtest.fault;

import java.time.Duration;

/**
 * What one direction of a link does to the bytes that pass it. Immutable.
 *
 * @param delay after which bytes come out; those behind them follow in order, no slower
 * @param bytesPerSecond most that come out, 1 and more; {@link #UNLIMITED}
 * @param isSilent swallows everything without an error, as a cable that was pulled or a firewall
 *     that forgot: a connection that lost bytes this way never carries any again
 * @param bytesUntilCut bytes of each connection, from its first, after which it is cut; {@link
 *     #UNLIMITED}
 */
public record LinkFaults(
    Duration delay, long bytesPerSecond, boolean isSilent, long bytesUntilCut) {
  /** No limit. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Longest delay: longer ones are silence. */
  public static final Duration DELAY_MAX = Duration.ofMinutes(1);

  /** A link that does its work. */
  public static final LinkFaults NONE = new LinkFaults(Duration.ZERO, UNLIMITED, false, UNLIMITED);

  /** Checks the limits. */
  public LinkFaults {
    if (delay.isNegative() || delay.compareTo(DELAY_MAX) > 0) {
      throw new IllegalArgumentException(
          "delay: %s (expected: 0 to %s)".formatted(delay, DELAY_MAX));
    }
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "bytesPerSecond: %d (expected: 1 or more)".formatted(bytesPerSecond));
    }
    if (bytesUntilCut < 0) {
      throw new IllegalArgumentException(
          "bytesUntilCut: %d (expected: 0 or more)".formatted(bytesUntilCut));
    }
  }

  /** The same with another delay. */
  public LinkFaults withDelay(Duration other) {
    return new LinkFaults(other, bytesPerSecond, isSilent, bytesUntilCut);
  }

  /** The same with another rate. */
  public LinkFaults withBytesPerSecond(long other) {
    return new LinkFaults(delay, other, isSilent, bytesUntilCut);
  }

  /** The same, silent. */
  public LinkFaults silent() {
    return new LinkFaults(delay, bytesPerSecond, true, bytesUntilCut);
  }

  /** The same with a cut after so many bytes. */
  public LinkFaults withBytesUntilCut(long other) {
    return new LinkFaults(delay, bytesPerSecond, isSilent, other);
  }
}
