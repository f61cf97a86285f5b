package io.svmcoord.client;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Calls of one answer, as completable futures that fail with {@link SvmException}. */
final class Futures {
  private Futures() {}

  /** Completed where the call is, on a Netty thread; cancelling it cancels the call. */
  static <T> CompletableFuture<T> of(ListenableFuture<T> call) {
    CompletableFuture<T> future = new CompletableFuture<>();
    com.google.common.util.concurrent.Futures.addCallback(
        call,
        new FutureCallback<T>() {
          @Override
          public void onSuccess(T answer) {
            future.complete(answer);
          }

          @Override
          public void onFailure(Throwable error) {
            future.completeExceptionally(
                error instanceof StatusRuntimeException status ? Errors.of(status) : error);
          }
        },
        MoreExecutors.directExecutor());
    var _ =
        future.whenComplete(
            (answer, failure) -> {
              if (future.isCancelled()) {
                call.cancel(true);
              }
            });
    return future;
  }

  /** What a stage failed with, out of the wrapper that stages put around it. */
  static Throwable unwrap(Throwable failure) {
    @Nullable Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
