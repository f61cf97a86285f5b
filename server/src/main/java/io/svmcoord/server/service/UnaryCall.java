package io.svmcoord.server.service;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.svmcoord.server.kernel.Outcome;
import io.svmcoord.server.kernel.Refusal;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One unary call: carried out on the kernel's loop, answered once on its own loop.
 *
 * @param <R> type of the answer
 */
final class UnaryCall<R> {
  private static final Logger log = LoggerFactory.getLogger(UnaryCall.class);

  private final Node node;
  private final Loop loop;
  private final ServerCallStreamObserver<R> observer;

  // Confined to the call's loop.
  private Runnable cancelHandler = () -> {};

  // Confined to the kernel's loop.
  private boolean isAnswered;
  private @Nullable Object waitingConnection;

  /** A call that was just received, on its loop. */
  UnaryCall(Node node, StreamObserver<R> observer) {
    this.node = node;
    this.loop = node.loops().current();
    this.observer = (ServerCallStreamObserver<R>) observer;
    // Set now, because it can't be set any more when this returns.
    this.observer.setOnCancelHandler(() -> cancelHandler.run());
  }

  /** Carries the call out on the kernel's loop; the input sees to the answer, now or later. */
  <Q> void run(Q request, Consumer<Q> input) {
    node.kernel().run(request, argument -> guarded(argument, input));
  }

  /** Carries the call out on the kernel's loop and answers with what comes back. */
  <Q, T> void answer(Q request, Function<Q, Outcome<T>> input, Function<T, R> translation) {
    run(request, argument -> finish(input.apply(argument), translation));
  }

  /** As {@link #answer}, before what waits: for calls that let others go on. */
  <Q, T> void answerFirst(Q request, Function<Q, Outcome<T>> input, Function<T, R> translation) {
    Consumer<Q> answering = argument -> finish(input.apply(argument), translation);
    node.kernel().runFirst(request, argument -> guarded(argument, answering));
  }

  /** Whether the answer was given. */
  boolean isAnswered() {
    return isAnswered;
  }

  /** Counts the call as one of its connection that wait, until it is answered or cancelled. */
  void waits(Object connection) {
    waitingConnection = connection;
    node.waitingCalls().came(connection);
  }

  private void waitsNoMore() {
    Object connection = waitingConnection;
    if (connection != null) {
      waitingConnection = null;
      node.waitingCalls().went(connection);
    }
  }

  /** Runs an input on the kernel's loop when the caller goes away; at once if it is gone. */
  void onCancel(Runnable input) {
    Runnable cancelled = () -> node.kernel().run(input, this::cancel);
    onOwnLoop(
        () -> {
          if (observer.isCancelled()) {
            cancelled.run();
          } else {
            cancelHandler = cancelled;
          }
        });
  }

  private void cancel(Runnable input) {
    waitsNoMore();
    input.run();
  }

  <T> void finish(Outcome<T> outcome, Function<T, R> translation) {
    switch (outcome) {
      case Outcome.Ok<T>(T value) -> succeed(translation.apply(value));
      case Outcome.Refused<T>(Refusal refusal) -> refuse(refusal);
    }
  }

  void succeed(R response) {
    answered();
    onOwnLoop(
        () -> {
          if (!observer.isCancelled()) {
            observer.onNext(response);
            observer.onCompleted();
          }
        });
  }

  void refuse(Refusal refusal) {
    fail(Errors.exception(refusal));
  }

  private void fail(Throwable error) {
    answered();
    onOwnLoop(
        () -> {
          if (!observer.isCancelled()) {
            observer.onError(error);
          }
        });
  }

  private void answered() {
    isAnswered = true;
    waitsNoMore();
  }

  private <Q> void guarded(Q argument, Consumer<Q> input) {
    try {
      input.accept(argument);
    } catch (RuntimeException e) {
      log.error("a call failed", e);
      fail(Status.INTERNAL.withDescription("internal error").asRuntimeException());
    }
  }

  private void onOwnLoop(Runnable task) {
    if (loop.isCurrent()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }
}
