package io.svmcoord.server.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A loop that runs its tasks when the test says so. */
final class FakeLoop implements Loop {
  /** A task for later. */
  record Scheduled(Runnable task, long delayNanos) {}

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Scheduled> scheduled = new ArrayList<>();
  private boolean isCurrent = true;

  @Override
  public boolean isCurrent() {
    return isCurrent;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void schedule(Runnable task, long delayNanos) {
    scheduled.add(new Scheduled(task, delayNanos));
  }

  /** Whether the test's thread passes for this loop's. */
  void current(boolean current) {
    isCurrent = current;
  }

  /** Number of tasks that wait. */
  int waiting() {
    return tasks.size();
  }

  List<Scheduled> scheduled() {
    return scheduled;
  }

  /** Runs the tasks that wait, and those that they add. */
  void runAll() {
    boolean before = isCurrent;
    isCurrent = true;
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    isCurrent = before;
  }
}
