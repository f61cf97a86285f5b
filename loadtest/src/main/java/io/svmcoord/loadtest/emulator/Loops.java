package io.svmcoord.loadtest.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Loops on virtual threads that end together: one that fails stops the others. Thread-safe. */
final class Loops {
  private final StopSignal stop;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  Loops(StopSignal stop) {
    this.stop = stop;
  }

  /** Starts a loop; it has to look at the stop signal. */
  void start(String name, Runnable loop) {
    Runnable guarded =
        () -> {
          try {
            loop.run();
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
            stop.stop();
          }
        };
    synchronized (threads) {
      threads.add(Thread.ofVirtual().name(name).start(guarded));
    }
  }

  /** Whether one has failed, and the others are stopping for it. */
  boolean hasFailed() {
    return failure.get() != null;
  }

  /**
   * Blocks until all have ended.
   *
   * @throws IllegalStateException if one has failed
   */
  void join() throws InterruptedException {
    List<Thread> started;
    synchronized (threads) {
      started = List.copyOf(threads);
    }
    for (Thread thread : started) {
      thread.join();
    }
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException("an emulator's loop failed: " + cause, cause);
    }
  }

  /** As {@link #join}, but an interrupt only ends the waiting and is kept. */
  void joinQuietly() {
    try {
      join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
