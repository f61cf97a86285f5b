package io.svmcoord.server.service;

import io.svmcoord.loadtest.sim.mutant.Inside;
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
}
