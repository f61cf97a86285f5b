package io.svmcoord.loadtest.emulator;

import java.util.concurrent.atomic.AtomicLong;

/** The time since it was made, until it is stopped. Thread-safe. */
final class RunClock {
  private final long startNanos = System.nanoTime();

  /** 0 while it runs. */
  private final AtomicLong stopNanos = new AtomicLong();

  /** Stops it, once. */
  void stop() {
    stopNanos.compareAndSet(0, System.nanoTime());
  }

  long elapsedNanos() {
    long end = stopNanos.get();
    return (end == 0 ? System.nanoTime() : end) - startNanos;
  }
}
