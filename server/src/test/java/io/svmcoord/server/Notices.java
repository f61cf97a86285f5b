package io.svmcoord.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Collects the notices of one stream in their order. */
final class Notices<R, N> implements StreamObserver<R> {
  private final Function<R, List<N>> notices;
  private final BlockingQueue<N> queue = new LinkedBlockingQueue<>();
  private final CompletableFuture<Optional<StatusRuntimeException>> closed =
      new CompletableFuture<>();

  Notices(Function<R, List<N>> notices) {
    this.notices = notices;
  }

  @Override
  public void onNext(R response) {
    assertThat(notices.apply(response)).as("notices of a message").isNotEmpty();
    queue.addAll(notices.apply(response));
  }

  @Override
  public void onError(Throwable error) {
    closed.complete(
        Optional.of(
            new StatusRuntimeException(
                Status.fromThrowable(error), Status.trailersFromThrowable(error))));
  }

  @Override
  public void onCompleted() {
    closed.complete(Optional.empty());
  }

  /** The next notice, which has to come. */
  N next() {
    try {
      N notice = queue.poll(TestServer.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(notice)
          .as("next notice; stream %s", closed.isDone() ? "closed: " + closed.join() : "open")
          .isNotNull();
      return notice;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** How the stream was closed, which has to happen; empty for OK. */
  Optional<StatusRuntimeException> closed() {
    return closed.orTimeout(TestServer.PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  /** The error the stream was closed with, which has to happen. */
  StatusRuntimeException error() {
    return closed().orElseThrow(() -> new AssertionError("closed with OK"));
  }
}
