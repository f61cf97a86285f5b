package io.svmcoord.client;

import io.grpc.ManagedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** This machine. The timer's thread starts with the first task. Thread-safe. */
final class SystemEnvironment implements ClientEnvironment {
  private final ScheduledThreadPoolExecutor timer;

  /** Asks for the calling thread's generator each time: it must not be handed to another. */
  private final RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

  SystemEnvironment() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("svm-client-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    // What comes after close, of a session that is still winding up, is dropped in silence.
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  @Override
  public ManagedChannel connect(String target, String userAgent) {
    return Channels.open(target, userAgent);
  }

  @Override
  public Executor background() {
    return Thread::startVirtualThread;
  }

  @Override
  public Scheduled schedule(Runnable task, long delayNanos) {
    ScheduledFuture<?> scheduled = timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public <T> T await(CompletableFuture<T> future, long nanos)
      throws ExecutionException, TimeoutException, InterruptedException {
    return future.get(nanos, TimeUnit.NANOSECONDS);
  }

  /** Callers loop, as they promise. */
  @Override
  @SuppressWarnings("WaitNotInLoop")
  public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
    var _ = condition.awaitNanos(nanos);
  }

  @Override
  public void pause(long nanos) {
    LockSupport.parkNanos(nanos);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
