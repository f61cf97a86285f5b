package io.svmcoord.server.kernel;

import java.util.List;

/**
 * What a coordinator begins with: what is remembered of those before it (promise G10). Immutable.
 *
 * @param incarnation names the memory; a new one if nothing, or not all, of it is left
 * @param epoch the epoch of every space from now on, above that of every former term of the
 *     incarnation
 * @param lastSpaceId the highest id that a space ever had
 * @param spaces the address spaces
 * @param sessions the sessions whose lease may still run
 * @param unlistedLeaseNanos longest lease, guard included, that may still run beside those of
 *     {@code sessions}; 0 if there is none
 */
public record Past(
    Incarnation incarnation,
    long epoch,
    long lastSpaceId,
    List<KnownSpace> spaces,
    List<KnownSession> sessions,
    long unlistedLeaseNanos) {
  /** Copies the lists. */
  public Past {
    if (epoch < 1 || epoch > Sessions.EPOCH_MAX) {
      throw new IllegalArgumentException(
          "epoch: %d (expected: 1 to %d)".formatted(epoch, Sessions.EPOCH_MAX));
    }
    spaces = List.copyOf(spaces);
    sessions = List.copyOf(sessions);
  }

  /** No past: nothing and nobody is known. */
  public static Past none(Incarnation incarnation) {
    return new Past(incarnation, 1, 0, List.of(), List.of(), 0);
  }

  /** The same in the term that follows: one epoch higher. */
  public Past next() {
    return new Past(incarnation, epoch + 1, lastSpaceId, spaces, sessions, unlistedLeaseNanos);
  }

  /** The longest lease that may still run; 0 if nobody has to be waited for. */
  public long longestLeaseNanos() {
    long longest = unlistedLeaseNanos;
    for (KnownSession session : sessions) {
      longest = Math.max(longest, session.leaseNanos());
    }
    return longest;
  }
}
