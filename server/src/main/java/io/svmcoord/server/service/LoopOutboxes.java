package io.svmcoord.server.service;

import java.util.LinkedHashMap;
import java.util.Map;

/** The outbox of each loop. Immutable. */
final class LoopOutboxes {
  private final Map<Loop, LoopOutbox> outboxes = new LinkedHashMap<>();

  LoopOutboxes(Loops loops) {
    for (Loop loop : loops.all()) {
      outboxes.put(loop, new LoopOutbox(loop));
    }
  }

  /** Notices that wait for streams, over all loops. Thread-safe, may be a moment old. */
  long waitingNotices() {
    return outboxes.values().stream().mapToLong(LoopOutbox::waitingNotices).sum();
  }

  /** The outbox of one of the loops. */
  LoopOutbox of(Loop loop) {
    LoopOutbox outbox = outboxes.get(loop);
    if (outbox == null) {
      throw new IllegalArgumentException("loop: not one of this server's");
    }
    return outbox;
  }
}
