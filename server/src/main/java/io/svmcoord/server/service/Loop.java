package io.svmcoord.server.service;

/**
 * One event loop: a thread that serves some connections and runs tasks between them, in order.
 * Thread-safe; nothing blocks.
 */
public interface Loop {
  /** Whether the caller runs on this loop. */
  boolean isCurrent();

  /** Runs a task on this loop after the work it has begun. */
  void execute(Runnable task);

  /** Runs a task on this loop after a delay; it can't be taken back, so tasks check their cause. */
  void schedule(Runnable task, long delayNanos);
}
