package io.svmcoord.server.kernel;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * Remembers which invalidations were ended by force, so that a late host can be told (G9). Bounded:
 * the oldest is forgotten. Confined to the coordinator's thread.
 */
final class ForcedEnds {
  private final int max;
  private final Set<InvalidationId> known = new HashSet<>();
  private final ArrayDeque<InvalidationId> order = new ArrayDeque<>();

  ForcedEnds(int max) {
    this.max = max;
  }

  void add(InvalidationId id) {
    known.add(id);
    order.add(id);
    if (order.size() > max) {
      known.remove(order.remove());
    }
  }

  boolean contains(InvalidationId id) {
    return known.contains(id);
  }
}
