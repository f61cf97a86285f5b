package io.svmcoord.client;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the parts of one client share. Immutable.
 *
 * @param channel to the coordinator; its streams call back on Netty's threads
 * @param scheduler one thread for heartbeats and timers; nothing on it may block
 * @param callbacks runs device tables, listeners and dependent stages
 * @param deadline most time for one round trip
 * @param time the clocks
 */
record ClientRuntime(
    ManagedChannel channel,
    ScheduledExecutorService scheduler,
    Executor callbacks,
    Duration deadline,
    TimeSource time) {
  /** Version that sessions give to the coordinator, for people. */
  static final String VERSION = "java-" + version();

  /** For the SDK's own blocking work: never waits for a user's executor. */
  static final Executor BACKGROUND = Thread::startVirtualThread;

  private static String version() {
    String version = ClientRuntime.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  /** A copy of a future whose dependent stages run as callbacks and not on Netty's threads. */
  <T> CompletableFuture<T> forUsers(CompletableFuture<T> inner) {
    CompletableFuture<T> outer = new CompletableFuture<>();
    var _ =
        inner.whenCompleteAsync(
            (value, failure) -> {
              if (failure == null) {
                outer.complete(value);
              } else {
                outer.completeExceptionally(failure);
              }
            },
            callbacks);
    return outer;
  }

  /**
   * Waits for a future that answers in its own time; what it failed with is thrown.
   *
   * @throws TimedOutException after {@code limit} or on an interrupt
   */
  static <T> T await(CompletableFuture<T> future, Duration limit, String what) {
    try {
      return future.get(Deadline.nanos(limit), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SvmException known ? known : Errors.lost(what, e.getCause());
    } catch (TimeoutException e) {
      throw Errors.timedOut("%s (expected: an answer within %s)".formatted(what, limit));
    } catch (InterruptedException e) {
      throw Errors.interrupted(what, e);
    }
  }

  /** Runs a task that doesn't block after a delay; nobody waits for it, so it can't be lost. */
  void after(long delayNanos, Runnable task) {
    var _ = scheduler.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
  }
}
