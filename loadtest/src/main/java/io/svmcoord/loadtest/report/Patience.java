package io.svmcoord.loadtest.report;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what a run can't go on without, for a bounded time. Stateless. */
public final class Patience {
  private Patience() {}

  /**
   * Blocks until it is there.
   *
   * @param what it is, for people
   * @throws RunFailure when it fails or takes longer; its own failure if it is one
   */
  public static <T> T await(CompletableFuture<T> future, Duration timeout, String what) {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw RunFailure.foundWrong(what + ": not within " + timeout.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RunFailure.foundWrong(what + ": interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RunFailure failure
          ? failure
          : RunFailure.foundWrong(what + ": " + e.getCause(), e);
    }
  }
}
