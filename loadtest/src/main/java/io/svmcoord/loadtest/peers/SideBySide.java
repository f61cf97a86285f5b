package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.RunFailure;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Starts contenders side by side, and ends them so: none needs another, and most of it is waiting
 * for processes. Stateless.
 */
final class SideBySide {
  /** JVMs that all start at once would keep each other from answering in time. */
  private static final int STARTS_AT_ONCE = Math.max(2, Runtime.getRuntime().availableProcessors());

  private SideBySide() {}

  /**
   * Starts a contender for each thing, a few at a time; blocks until all run. If one can't be
   * started no more are, and none is left running.
   *
   * @param start on another thread; when it throws nothing runs that it started
   * @return the contenders, in the order of the things
   * @throws RunFailure what {@code start} threw first, or that this thread was interrupted
   */
  static <T, C extends AutoCloseable> List<C> start(List<T> things, Function<T, C> start) {
    ExecutorService threads = Executors.newFixedThreadPool(STARTS_AT_ONCE);
    CompletionService<C> started = new ExecutorCompletionService<>(threads);
    List<Future<C>> all =
        things.stream().map(thing -> started.submit(() -> start.apply(thing))).toList();
    try {
      for (int i = 0; i < all.size(); i++) {
        var _ = started.take().get();
      }
      return all.stream().map(Future::resultNow).toList();
    } catch (ExecutionException e) {
      endStarted(threads, all);
      throw thrown(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      endStarted(threads, all);
      throw RunFailure.foundWrong("interrupted while processes start", e);
    } finally {
      threads.close();
    }
  }

  private static <C extends AutoCloseable> void endStarted(
      ExecutorService threads, List<Future<C>> all) {
    var _ = threads.shutdownNow();
    threads.close();
    end(
        all.stream()
            .filter(each -> each.state() == Future.State.SUCCESS)
            .map(Future::resultNow)
            .toList());
  }

  /**
   * Ends all; blocks until each has ended, or could not be.
   *
   * @throws RunFailure why the first of them could not be ended that could not
   */
  static void end(List<? extends AutoCloseable> contenders) {
    List<Future<AutoCloseable>> ended;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ended = contenders.stream().map(each -> threads.submit(() -> ended(each))).toList();
    }
    ended.stream()
        .filter(each -> each.state() == Future.State.FAILED)
        .map(Future::exceptionNow)
        .findFirst()
        .ifPresent(
            cause -> {
              throw thrown(cause);
            });
  }

  private static AutoCloseable ended(AutoCloseable contender) throws Exception {
    contender.close();
    return contender;
  }

  private static RuntimeException thrown(@Nullable Throwable cause) {
    return switch (cause) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      case null, default -> new IllegalStateException(cause);
    };
  }
}
