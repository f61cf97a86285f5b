package io.svmcoord.loadtest.sim.net;

import io.svmcoord.loadtest.sim.core.SimProcess;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Runs tasks one at a time, in order, on a thread of a process that may block: what an event loop
 * is to its connections. Confined to its simulation.
 */
final class SerialThread implements Executor {
  private final SimProcess process;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean isBusy;

  SerialThread(SimProcess process) {
    this.process = process;
  }

  @Override
  public void execute(Runnable task) {
    tasks.addLast(task);
    if (isBusy) {
      return;
    }
    isBusy = true;
    if (Thread.currentThread().isVirtual()) {
      process.start(this::drain);
    } else {
      process.startNow(this::drain);
    }
  }

  private void drain() {
    try {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    } finally {
      isBusy = false;
    }
  }
}
