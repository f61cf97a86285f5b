package io.svmcoord.server.transport;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Whether the kernel's loop still comes round. One writer, any readers. */
public final class Pulse {
  private final LongSupplier nanoTime;
  private final long silenceMaxNanos;
  private volatile long lastNanos;

  /**
   * A pulse that was just felt.
   *
   * @param silenceMax after so long without a beat the loop counts as stuck
   */
  public Pulse(LongSupplier nanoTime, Duration silenceMax) {
    this.nanoTime = nanoTime;
    this.silenceMaxNanos = silenceMax.toNanos();
    this.lastNanos = nanoTime.getAsLong();
  }

  /** The loop came round. */
  public void beat() {
    lastNanos = nanoTime.getAsLong();
  }

  /** Whether it came round lately. */
  public boolean isFelt() {
    return nanoTime.getAsLong() - lastNanos < silenceMaxNanos;
  }
}
