package io.svmcoord.client;

import io.grpc.ManagedChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;

/** An environment whose background tasks run, and whose clock moves, when the test says so. */
final class StepEnvironment implements ClientEnvironment {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private long nanos = 1;

  /** Runs the tasks that wait, and those that they add. */
  void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  void pass(long time) {
    nanos += time;
  }

  @Override
  public Executor background() {
    return tasks::add;
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long wallMillis() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ManagedChannel connect(String target, String userAgent) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Scheduled schedule(Runnable task, long delayNanos) {
    throw new UnsupportedOperationException();
  }

  @Override
  public RandomGenerator random() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T await(CompletableFuture<T> future, long time) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void await(Lock lock, Condition condition, long time) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void pause(long time) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
