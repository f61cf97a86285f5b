package io.svmcoord.loadtest.sim.core;

import org.jspecify.annotations.Nullable;

/** One thing that is going to happen, and can be taken back. Confined to its simulation. */
public final class SimEvent implements Comparable<SimEvent> {
  /** Of whom it is; null for the world outside of processes. */
  final @Nullable SimProcess process;

  long timeNanos;

  /** Tells events of the same time apart: first come, first served. */
  long number;

  private @Nullable Runnable task;

  SimEvent(@Nullable SimProcess process, Runnable task) {
    this.process = process;
    this.task = task;
  }

  /** It will not happen, if it has not yet; repeating this is harmless. */
  public void cancel() {
    task = null;
  }

  boolean isCancelled() {
    return task == null;
  }

  /** It happens, once. */
  void happen() {
    Runnable what = task;
    task = null;
    if (what != null) {
      what.run();
    }
  }

  @Override
  public int compareTo(SimEvent other) {
    int byTime = Long.compare(timeNanos, other.timeNanos);
    return byTime != 0 ? byTime : Long.compare(number, other.number);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }
}
