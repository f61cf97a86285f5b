package io.svmcoord.loadtest.sim.core;

/**
 * A timer of one process, by its machine's monotonic clock: it never fires before that clock shows
 * so, also when the machine slept meanwhile. Confined to its simulation.
 */
public final class SimTimer {
  private final SimProcess process;
  private final long dueNanos;
  private final Runnable onDue;
  private SimEvent event;

  /** A timer whose task gets a thread of its own. */
  SimTimer(SimProcess process, long localNanos, Runnable task) {
    this(process, process.clock().nanos() + localNanos, localNanos, () -> process.startNow(task));
  }

  private SimTimer(SimProcess process, long dueNanos, long localNanos, Runnable onDue) {
    this.process = process;
    this.dueNanos = dueNanos;
    this.onDue = onDue;
    this.event = enqueue(localNanos);
  }

  /** A timer whose task does not block and runs as an event. */
  static SimTimer event(SimProcess process, long localNanos, Runnable task) {
    return new SimTimer(process, process.clock().nanos() + localNanos, localNanos, task);
  }

  /** It will not fire, if it has not yet; repeating this is harmless. */
  public void cancel() {
    event.cancel();
  }

  private SimEvent enqueue(long localNanos) {
    return process.schedule(
        process.clock().toSimulation(localNanos) + process.wakeNanos(), this::fire);
  }

  private void fire() {
    long left = dueNanos - process.clock().nanos();
    if (left > 0) {
      event = enqueue(left);
    } else {
      onDue.run();
    }
  }
}
