package io.svmcoord.loadtest.emulator;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Spreads what several loops do evenly over time. Time that was missed is not made up for, so that
 * a slow phase is not followed by a flood. Thread-safe.
 */
final class Pacer {
  private final StopSignal stop;
  private final long intervalNanos;
  private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());

  /**
   * A pacer.
   *
   * @param perSecond how much there may be per second; 0: no limit
   */
  Pacer(StopSignal stop, double perSecond) {
    this.stop = stop;
    this.intervalNanos = perSecond == 0 ? 0 : (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
  }

  /** Waits for the next turn, at most until the stop. */
  @SuppressWarnings("ThreadPriorityCheck") // see below
  void await() {
    if (intervalNanos == 0) {
      // Virtual threads are not preempted: without this, full speed would starve the callbacks.
      Thread.yield();
      return;
    }
    long now = System.nanoTime();
    long turn = nextNanos.getAndUpdate(next -> (next - now < 0 ? now : next) + intervalNanos);
    stop.pauseNanos(turn - now);
  }
}
