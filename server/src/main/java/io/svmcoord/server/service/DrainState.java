package io.svmcoord.server.service;

import java.util.concurrent.atomic.AtomicBoolean;

/** Whether the node is about to stop. Thread-safe. */
final class DrainState {
  private final AtomicBoolean draining = new AtomicBoolean();

  boolean isDraining() {
    return draining.get();
  }

  /** Begins to drain; whether this call was the first. */
  boolean begin() {
    return draining.compareAndSet(false, true);
  }
}
