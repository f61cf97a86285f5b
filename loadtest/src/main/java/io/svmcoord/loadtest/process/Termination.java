package io.svmcoord.loadtest.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How a process learns that it should stop: the system's termination signal, Ctrl-C, or its parent,
 * that is the end of its standard input. The latter comes also when the parent was killed, so that
 * no child outlives it. Before that a parent can say that the work should begin, and ask for a
 * pause: to end the work, report, and stay connected. Closing it says that everything is cleared
 * up: until then, for a bounded time, a terminated process is kept from going away. Thread-safe.
 */
public final class Termination implements AutoCloseable {
  /** How long a terminated process may take to clear up. */
  private static final Duration CLEAR_UP_MAX = Duration.ofSeconds(30);

  /** What a parent writes to let the work begin. */
  static final int GO = 'g';

  /** What a parent writes to ask for a pause. */
  static final int PAUSE = 'p';

  private final CompletableFuture<Void> go = new CompletableFuture<>();
  private final CompletableFuture<Void> pause = new CompletableFuture<>();
  private final CompletableFuture<Void> stop = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::onTermination, "termination");

  private Termination() {}

  /** A signal that termination gives; close it when everything is cleared up. */
  public static Termination install() {
    Termination signal = new Termination();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Lets the parent give the signal too. */
  public void follow(InputStream parent) {
    follow(parent, order -> {});
  }

  /**
   * Lets the parent give the signal too, and ask for the memory.
   *
   * @param onAsked answers; on a thread of its own
   */
  public void follow(InputStream parent, Consumer<MemoryUse.Order> onAsked) {
    Thread.ofPlatform().daemon().name("parent-watch").start(() -> watch(parent, onAsked));
  }

  private void watch(InputStream parent, Consumer<MemoryUse.Order> onAsked) {
    try {
      for (int said = parent.read(); said >= 0; said = parent.read()) {
        if (said == GO) {
          go.complete(null);
        } else if (said == PAUSE) {
          pause.complete(null);
        } else {
          MemoryUse.Order.of(said).ifPresent(onAsked);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      stop();
    }
  }

  private void onTermination() {
    stop();
    try {
      closed.await(CLEAR_UP_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives the signal. */
  public void stop() {
    go.complete(null);
    pause.complete(null);
    stop.complete(null);
  }

  /** Blocks until the work should begin, or the process should stop. */
  public void awaitGo() {
    go.join();
  }

  /** Blocks at most for this time; true when the work should end. */
  public boolean awaitPause(Duration timeout) {
    return await(pause, timeout);
  }

  /** Blocks at most for this time; true when the process should stop. */
  public boolean awaitStop(Duration timeout) {
    return await(stop, timeout);
  }

  /** Blocks until the process should stop. */
  public void awaitStop() {
    stop.join();
  }

  /** True when the process should stop. */
  public boolean isStopping() {
    return stop.isDone();
  }

  private static boolean await(CompletableFuture<Void> signal, Duration timeout) {
    return signal
        .thenApply(nothing -> true)
        .completeOnTimeout(false, Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS)
        .join();
  }

  /** Everything is cleared up: the process may go. */
  @Override
  public void close() {
    closed.countDown();
    if (!stop.isDone()) {
      removeHook();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The termination came just now: the hook runs, and nothing keeps it any more.
      stop();
    }
  }
}
