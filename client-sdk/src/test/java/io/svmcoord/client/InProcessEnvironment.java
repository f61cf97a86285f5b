package io.svmcoord.client;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;

/**
 * This machine, with another channel than one to a network, and clocks that a test can set forward:
 * like a process that was stopped, with timers that come late.
 */
final class InProcessEnvironment implements ClientEnvironment {
  private final ClientEnvironment machine = ClientEnvironment.system();
  private final ManagedChannel channel;
  private final AtomicLong aheadNanos = new AtomicLong();
  private final AtomicLong aheadWallMillis = new AtomicLong();

  /**
   * What was scheduled for at once while {@link #isHolding}: run by the test, as late as it likes.
   */
  final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();

  volatile boolean isHolding;

  InProcessEnvironment(ManagedChannel channel) {
    this.channel = channel;
  }

  /** The process was stopped for so long. */
  void stopFor(Duration time) {
    aheadNanos.addAndGet(time.toNanos());
    aheadWallMillis.addAndGet(time.toMillis());
  }

  /** The machine slept for so long, and its monotonic clock with it. */
  void sleepFor(Duration time) {
    aheadWallMillis.addAndGet(time.toMillis());
  }

  @Override
  public ManagedChannel connect(String target, String userAgent) {
    return channel;
  }

  @Override
  public Executor background() {
    return machine.background();
  }

  @Override
  public Scheduled schedule(Runnable task, long delayNanos) {
    if (isHolding && delayNanos == 0) {
      held.add(task);
      return () -> held.remove(task);
    }
    return machine.schedule(task, delayNanos);
  }

  @Override
  public long nanos() {
    return machine.nanos() + aheadNanos.get();
  }

  @Override
  public long wallMillis() {
    return machine.wallMillis() + aheadWallMillis.get();
  }

  @Override
  public RandomGenerator random() {
    return machine.random();
  }

  @Override
  public <T> T await(CompletableFuture<T> future, long nanos)
      throws ExecutionException, TimeoutException, InterruptedException {
    return machine.await(future, nanos);
  }

  @Override
  public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
    machine.await(lock, condition, nanos);
  }

  @Override
  public void pause(long nanos) {
    machine.pause(nanos);
  }

  @Override
  public void close() {
    machine.close();
  }
}
