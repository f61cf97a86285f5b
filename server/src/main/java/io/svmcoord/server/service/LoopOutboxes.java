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

  /** What waits for streams, in bytes, over all loops. Thread-safe, may be a moment old. */
  long waitingBytes() {
    return outboxes.values().stream().mapToLong(LoopOutbox::waitingBytes).sum();
  }

  /** Notices so far that stood for merged events. Thread-safe, may be a moment old. */
  long mergedNotices() {
    return outboxes.values().stream().mapToLong(LoopOutbox::mergedNotices).sum();
  }

  /** Notices so far that made a device drop a space. Thread-safe, may be a moment old. */
  long resyncNotices() {
    return outboxes.values().stream().mapToLong(LoopOutbox::resyncNotices).sum();
  }

  /** Most events so far that waited for one stream at once. Thread-safe, may be a moment old. */
  long mostEvents() {
    return outboxes.values().stream().mapToLong(LoopOutbox::mostEvents).max().orElse(0);
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
