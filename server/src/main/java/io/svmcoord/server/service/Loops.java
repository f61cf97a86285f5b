package io.svmcoord.server.service;

import java.util.List;

/**
 * The event loops of the server. Immutable.
 *
 * @param all every loop, at least one; the first one runs the kernel
 */
public record Loops(List<Loop> all) {
  /** Copies the list. */
  public Loops {
    all = List.copyOf(all);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("all: 0 loops (expected: at least 1)");
    }
  }

  /** The loop that the kernel is confined to. */
  Loop kernel() {
    return all.getFirst();
  }

  /**
   * The loop that the caller runs on.
   *
   * @throws IllegalStateException if it is none of them
   */
  Loop current() {
    // At most one loop per processor: looking is cheaper than a thread local.
    for (Loop loop : all) {
      if (loop.isCurrent()) {
        return loop;
      }
    }
    throw new IllegalStateException("not on an event loop: " + Thread.currentThread().getName());
  }
}
