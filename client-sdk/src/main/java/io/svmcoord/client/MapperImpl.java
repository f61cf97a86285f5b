package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.MirrorServiceGrpc;
import io.svmcoord.v1.MirrorServiceGrpc.MirrorServiceFutureStub;
import io.svmcoord.v1.ReadBeginRequest;
import io.svmcoord.v1.ReadRetryRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Mapper calls over {@code svm.v1.MirrorService}. Thread-safe. */
final class MapperImpl implements Mapper {
  /** The call itself gives up first; this is for a channel that is stuck. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  private final ClientRuntime runtime;
  private final MirrorServiceFutureStub stub;
  private final long spaceId;

  MapperImpl(ClientRuntime runtime, long spaceId) {
    this.runtime = runtime;
    this.stub = MirrorServiceGrpc.newFutureStub(runtime.channel());
    this.spaceId = spaceId;
  }

  @Override
  public long spaceId() {
    return spaceId;
  }

  @Override
  public Token readBegin(Collection<AddressRange> ranges, Duration timeout) {
    return readBegin(ranges, timeout, Duration.ZERO);
  }

  @Override
  public Token readBegin(Collection<AddressRange> ranges, Duration timeout, Duration reservation) {
    MirrorLock.requireNone("Mapper.readBegin");
    return runtime.await(begin(ranges, timeout, reservation), timeout.plus(SLACK), "read_begin");
  }

  @Override
  public CompletableFuture<Token> readBeginAsync(
      Collection<AddressRange> ranges, Duration timeout) {
    return readBeginAsync(ranges, timeout, Duration.ZERO);
  }

  @Override
  public CompletableFuture<Token> readBeginAsync(
      Collection<AddressRange> ranges, Duration timeout, Duration reservation) {
    MirrorLock.requireNone("Mapper.readBeginAsync");
    return runtime.forUsers(begin(ranges, timeout, reservation));
  }

  @Override
  public RetryResult readRetry(Token token, Collection<AddressRange> ranges) {
    MirrorLock.requireNone("Mapper.readRetry");
    return runtime.await(retry(token, ranges), runtime.deadline().plus(SLACK), "read_retry");
  }

  @Override
  public CompletableFuture<RetryResult> readRetryAsync(
      Token token, Collection<AddressRange> ranges) {
    MirrorLock.requireNone("Mapper.readRetryAsync");
    return runtime.forUsers(retry(token, ranges));
  }

  @Override
  public boolean checkRetry(Token token, Collection<AddressRange> ranges) {
    MirrorLock.requireNone("Mapper.checkRetry");
    CompletableFuture<RetryResult> answer = retry(token.withoutReservation(), ranges);
    return runtime.await(answer, runtime.deadline().plus(SLACK), "check_retry").isRetry();
  }

  @Override
  public <T> T read(Collection<AddressRange> ranges, ReadOptions options, Callable<T> collect) {
    MirrorLock.requireNone("Mapper.read");
    Deadline deadline = runtime.deadlineAfter(options.timeout());
    for (int retries = 0; ; retries++) {
      if (retries > 0 && deadline.isOver()) {
        throw Errors.timedOut(
            "read of %s: %d retries (expected: fewer within the timeout)"
                .formatted(ranges, retries));
      }
      Duration left = Duration.ofNanos(Math.max(1, deadline.leftNanos()));
      Token token = readBegin(ranges, left, options.reservationAfter(retries));
      T result = call(collect);
      if (!readRetry(token, ranges).isRetry()) {
        return result;
      }
      RetryPause.after(retries, deadline, runtime.environment());
    }
  }

  private static <T> T call(Callable<T> collect) {
    try {
      return collect.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  private CompletableFuture<Token> begin(
      Collection<AddressRange> ranges, Duration timeout, Duration reservation) {
    ReadOptions.requireReservation(reservation);
    ReadBeginRequest request =
        ReadBeginRequest.newBuilder()
            .setSpaceId(spaceId)
            .addAllRanges(Wire.ranges(ranges))
            .setReserveMillis(Math.toIntExact(reservation.toMillis()))
            .build();
    return begin(request, runtime.deadlineAfter(timeout));
  }

  private CompletableFuture<Token> begin(ReadBeginRequest request, Deadline deadline) {
    Duration left = Duration.ofNanos(Math.max(1, deadline.leftNanos()));
    return Futures.of(runtime.withDeadline(stub, left).readBegin(request))
        .thenApply(answer -> new Token(answer.getToken()))
        .exceptionallyCompose(
            failure ->
                Futures.unwrap(failure) instanceof UnavailableException refused
                        && refused.reason().equals(Errors.IN_GRACE)
                    ? later(request, deadline, refused)
                    : CompletableFuture.failedFuture(Futures.unwrap(failure)));
  }

  /** The coordinator was started a moment ago (promise G10): asks again when it said to. */
  private CompletableFuture<Token> later(
      ReadBeginRequest request, Deadline deadline, UnavailableException refused) {
    if (deadline.isOver()) {
      return CompletableFuture.failedFuture(
          Errors.timedOut("read_begin (expected: the coordinator's grace is over in time)"));
    }
    long delayNanos = Math.min(Errors.retryAfterNanos(refused), deadline.leftNanos());
    CompletableFuture<Void> due = new CompletableFuture<>();
    var _ = runtime.after(delayNanos, () -> due.complete(null));
    return due.thenCompose(now -> begin(request, deadline));
  }

  private CompletableFuture<RetryResult> retry(Token token, Collection<AddressRange> ranges) {
    requireNonNull(token, "token");
    if (token.spaceId() != spaceId) {
      throw new IllegalArgumentException(
          "token: %s (expected: one of space %s)".formatted(token, Long.toUnsignedString(spaceId)));
    }
    ReadRetryRequest request =
        ReadRetryRequest.newBuilder()
            .setToken(token.message())
            .addAllRanges(Wire.ranges(ranges))
            .build();
    return Futures.of(runtime.withDeadline(stub, runtime.deadline()).readRetry(request))
        .thenApply(Wire::retry);
  }
}
