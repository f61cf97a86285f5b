package io.svmcoord.client;

import io.grpc.ManagedChannel;
import io.grpc.stub.AbstractStub;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the parts of one client share. Immutable.
 *
 * @param environment threads, clocks and timers
 * @param channel to the coordinator; its streams call back on the network's threads
 * @param connection of the channel, for those who suspect it
 * @param callbacks runs device tables, listeners and dependent stages
 * @param deadline most time for one round trip
 */
record ClientRuntime(
    ClientEnvironment environment,
    ManagedChannel channel,
    SharedConnection connection,
    Executor callbacks,
    Duration deadline) {
  /** Version that sessions give to the coordinator, for people. */
  static final String VERSION = "java-" + version();

  private static String version() {
    String version = ClientRuntime.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  /** For the SDK's own blocking work: never waits for a user's executor. */
  Executor background() {
    return environment.background();
  }

  /** A point in time after a limit. */
  Deadline deadlineAfter(Duration limit) {
    return Deadline.after(limit, environment);
  }

  /** A stub whose calls fail after a limit. */
  <S extends AbstractStub<S>> S withDeadline(S stub, Duration limit) {
    return stub.withDeadline(
        io.grpc.Deadline.after(Deadline.nanos(limit), TimeUnit.NANOSECONDS, ticker()));
  }

  private io.grpc.Deadline.Ticker ticker() {
    // gRPC compares deadlines of one ticker alone, so that of this machine has to be gRPC's own.
    return environment instanceof SystemEnvironment
        ? io.grpc.Deadline.getSystemTicker()
        : new io.grpc.Deadline.Ticker() {
          @Override
          public long nanoTime() {
            return environment.nanos();
          }
        };
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
  <T> T await(CompletableFuture<T> future, Duration limit, String what) {
    try {
      return environment.await(future, Deadline.nanos(limit));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SvmException known ? known : Errors.lost(what, e.getCause());
    } catch (TimeoutException e) {
      throw Errors.timedOut("%s (expected: an answer within %s)".formatted(what, limit));
    } catch (InterruptedException e) {
      throw Errors.interrupted(what, e);
    }
  }

  /** Runs a task that doesn't block after a delay; nobody waits for it, so it can't be lost. */
  ClientEnvironment.Scheduled after(long delayNanos, Runnable task) {
    return environment.schedule(task, delayNanos);
  }
}
