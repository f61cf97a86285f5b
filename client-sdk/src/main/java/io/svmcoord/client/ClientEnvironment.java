package io.svmcoord.client;

import io.grpc.ManagedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.random.RandomGenerator;

/**
 * Where a client runs: its network, threads, clocks, timers and randomness. The SDK has these from
 * here alone, so that a simulation can give it others and run the same seed to the same end; an
 * application leaves it as it is. The idea is FoundationDB's: one code, two environments.
 *
 * <p>Everything with a time limit goes through here too; without one the SDK waits on locks and
 * futures as usual, on threads of {@link #background} and of its callers. Implementations are
 * thread-safe. One client closes the environment that it was built with.
 */
public interface ClientEnvironment extends AutoCloseable {
  /** What was scheduled and can be taken back. */
  @FunctionalInterface
  interface Scheduled {
    /** It will not run if it has not begun to; repeating this is harmless. Doesn't block. */
    void cancel();
  }

  /** This machine: Netty, virtual threads, a timer thread of its own, the system's clocks. */
  static ClientEnvironment system() {
    return new SystemEnvironment();
  }

  /**
   * A channel to a coordinator, of whoever asked for it. It calls back on threads that must not
   * block. Doesn't block: the first call connects.
   *
   * @param target {@code host:port} or a gRPC name, {@code unix:/path} among them
   * @param userAgent name of the client, for people
   */
  ManagedChannel connect(String target, String userAgent);

  /** Runs each task on a thread of its own that may block, a virtual one. Refuses nothing. */
  Executor background();

  /**
   * Runs a task that doesn't block, once, after a delay by the monotonic clock. After {@link
   * #close} nothing runs any more.
   *
   * @param delayNanos 0 or less: as soon as possible, though not within this call
   */
  Scheduled schedule(Runnable task, long delayNanos);

  /** Monotonic time of this machine; compare by difference. */
  long nanos();

  /** Wall clock time of this machine since 1970, which may jump. */
  long wallMillis();

  /** Random numbers for back-off; need not be secure. */
  RandomGenerator random();

  /**
   * Waits for a future, on a thread that may block.
   *
   * @param nanos most time to wait; 0 or less only looks
   * @throws ExecutionException with what it failed with
   * @throws TimeoutException when it is not done in time
   * @throws InterruptedException when the thread is interrupted
   */
  <T> T await(CompletableFuture<T> future, long nanos)
      throws ExecutionException, TimeoutException, InterruptedException;

  /**
   * Waits to be signalled, by a caller that holds the lock and looks again afterwards: it may come
   * back early for no reason.
   *
   * @param nanos most time to wait; 0 or less doesn't
   * @throws InterruptedException when the thread is interrupted
   */
  void await(Lock lock, Condition condition, long nanos) throws InterruptedException;

  /** Pauses a thread that may block for about so long; an interrupt ends it early. */
  void pause(long nanos);

  /** The client is closed. */
  @Override
  void close();
}
