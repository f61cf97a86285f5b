package io.svmcoord.server.kernel;

import java.util.List;

/**
 * Where one space stands for a session that resumes or was told too little. Immutable.
 *
 * @param spaceId the address space
 * @param epoch its epoch
 * @param sequence the sequence that it took last
 * @param version of the session's whole set of subscriptions in it; 0 if it has none
 * @param running running invalidations that overlap its subscriptions, ascending by sequence
 * @param isResyncRequired whether the device's position can't be right: it has to drop every mirror
 *     of the space and go on from here
 */
public record SpaceBaseline(
    long spaceId,
    long epoch,
    long sequence,
    long version,
    List<Invalidation> running,
    boolean isResyncRequired) {
  /** Copies the list. */
  public SpaceBaseline {
    running = List.copyOf(running);
  }

  /** Number of ranges of what runs. */
  int rangeCount() {
    int count = 0;
    for (Invalidation each : running) {
      count += each.ranges().size();
    }
    return count;
  }
}
