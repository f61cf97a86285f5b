package io.svmcoord.loadtest.emulator;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says once that it is time to stop. Thread-safe. */
final class StopSignal {
  private final CountDownLatch stopped = new CountDownLatch(1);

  void stop() {
    stopped.countDown();
  }

  boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /**
   * Waits for a time, or less if it is time to stop. An interrupt counts as such, and is kept for
   * whoever looks at it next.
   */
  void pauseNanos(long nanos) {
    if (nanos <= 0) {
      return;
    }
    try {
      stopped.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
    }
  }
}
