package io.svmcoord.loadtest.sim.node;

import io.svmcoord.loadtest.sim.core.SimProcess;
import io.svmcoord.server.service.Loop;
import java.util.random.RandomGenerator;

/**
 * One event loop of a simulated coordinator: tasks run in order, a short time of chance after they
 * were handed over, and frames that arrive run between them. Confined to its simulation.
 */
final class SimLoop implements Loop {
  private static final long TASK_NANOS_MAX = 10_000;

  private final SimProcess process;
  private final RandomGenerator random;
  private long lastTaskNanos;
  private boolean isCurrent;

  SimLoop(SimProcess process) {
    this.process = process;
    this.random = process.simulation().newRandom();
  }

  @Override
  public boolean isCurrent() {
    return isCurrent;
  }

  @Override
  public void execute(Runnable task) {
    long now = process.simulation().nowNanos();
    lastTaskNanos = Math.max(lastTaskNanos, now + random.nextLong(TASK_NANOS_MAX));
    var _ = process.schedule(lastTaskNanos - now, () -> run(task));
  }

  @Override
  public void schedule(Runnable task, long delayNanos) {
    var _ = process.alarm(delayNanos, () -> run(task));
  }

  /** Runs a task as this loop, now: a frame arrived in an event of the process. */
  void run(Runnable task) {
    isCurrent = true;
    try {
      task.run();
    } finally {
      isCurrent = false;
    }
  }
}
