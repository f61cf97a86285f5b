package io.svmcoord.server.kernel;

import java.util.List;

/**
 * The subscriptions of one session in one space after an update. Immutable.
 *
 * @param spaceId the address space
 * @param epoch its epoch
 * @param sequence its sequence when the update took effect: events of what was added are higher
 * @param version of the session's whole set in the space, grows with every update
 * @param pageSizeBytes the space's page size
 * @param running running invalidations that overlap what was added, ascending by sequence: nothing
 *     of them may be mapped until they end; needs no ack (races R6, R7)
 */
public record SubscriptionsUpdate(
    long spaceId,
    long epoch,
    long sequence,
    long version,
    long pageSizeBytes,
    List<Invalidation> running) {
  /** Copies the list. */
  public SubscriptionsUpdate {
    running = List.copyOf(running);
  }
}
