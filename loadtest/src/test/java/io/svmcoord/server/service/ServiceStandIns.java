package io.svmcoord.server.service;

import io.svmcoord.loadtest.sim.mutant.Inside;
import io.svmcoord.server.kernel.SpaceBaseline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands where a rule of the services was, for mutants. Called from rewritten code alone. */
final class ServiceStandIns {
  private ServiceStandIns() {}

  /** What waits leaves in the wrong order. */
  static int sendReversed(StreamOutbox outbox, int from) {
    @Nullable Chunk[] waiting = Inside.get(outbox, "waiting");
    int last = Inside.<Integer>get(outbox, "count") - 1;
    for (int first = from; first < last; first++, last--) {
      Chunk moved = waiting[first];
      waiting[first] = waiting[last];
      waiting[last] = moved;
    }
    return Inside.<Integer>call(outbox, "sendFrom", from);
  }

  /** Only the first event's ranges are kept. */
  static void addFirst(ChangedRanges changed, Change change) {
    if (changed.sizeBytes() == 0) {
      changed.add(change);
    }
  }

  /** What runs is not listed. */
  static Chunk caughtUpWithoutRunning(SpaceBaseline space, Change change) {
    return DeviceNotices.caughtUp(
        new SpaceBaseline(
            space.spaceId(), space.epoch(), space.sequence(), space.version(), List.of(), false),
        change);
  }

  /** The sequence is that of the event before. */
  static Chunk caughtUpToOneLess(SpaceBaseline space, Change change) {
    return DeviceNotices.caughtUp(
        new SpaceBaseline(
            space.spaceId(),
            space.epoch(),
            space.sequence() - 1,
            space.version(),
            space.running(),
            false),
        change);
  }

  /** Of those who are told the same, one is told. */
  static void addNobody(GatewayEntry entry, int member) {}

  /** What one member says is taken for another's. */
  static @Nullable MemberCall firstOf(@Nullable MemberCall found, Members members) {
    return found == null ? null : members.snapshot()[0];
  }
}
