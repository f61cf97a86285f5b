package io.svmcoord.server.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * Says where spaces stand for a session: what it has to know instead of events that it missed (G7).
 * O(running invalidations of the spaces * log n). Confined to the coordinator's thread.
 */
final class Baselines {
  /** Most ranges of running invalidations that are told at once. */
  static final int RANGES_MAX = 32_768;

  private Baselines() {}

  /** Where the space of a membership stands. */
  static SpaceBaseline of(Membership member, boolean isResyncRequired) {
    AddressSpace space = member.space;
    List<Invalidation> running = new ArrayList<>();
    for (RunningInvalidation at = space.running.oldest(); at != null; at = at.newer) {
      // Its owner was not told of it and will not be told its end.
      if (at.owner != member.session && space.subscriptions.overlaps(member, at.what.ranges())) {
        running.add(at.what);
      }
    }
    return new SpaceBaseline(
        space.id, space.epoch, space.sequence, member.version, running, isResyncRequired);
  }

  /** Where spaces stand; those are left out in which the session has no part any more. */
  static Outcome<List<SpaceBaseline>> ofAll(Session session, long[] spaceIds) {
    List<SpaceBaseline> found = new ArrayList<>(spaceIds.length);
    int ranges = 0;
    for (long spaceId : spaceIds) {
      Membership member = session.memberships.get(spaceId);
      if (member != null) {
        SpaceBaseline baseline = of(member, false);
        found.add(baseline);
        ranges += baseline.rangeCount();
      }
    }
    return ranges > RANGES_MAX ? tooMuch("running ranges", ranges, RANGES_MAX) : Outcome.ok(found);
  }

  /** The refusal of an answer that would be too large. */
  static <T> Outcome<T> tooMuch(String field, int count, int max) {
    return Outcome.refused(
        new Refusal.ResyncRequired(field, Integer.toString(count), "at most " + max));
  }
}
