package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.MirrorServiceGrpc;
import io.svmcoord.v1.MirrorServiceGrpc.MirrorServiceFutureStub;
import io.svmcoord.v1.ReadBeginRequest;
import io.svmcoord.v1.ReadRetryRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

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
    MirrorLock.requireNone("Mapper.readBegin");
    return runtime.await(begin(ranges, timeout), timeout.plus(SLACK), "read_begin");
  }

  @Override
  public CompletableFuture<Token> readBeginAsync(
      Collection<AddressRange> ranges, Duration timeout) {
    MirrorLock.requireNone("Mapper.readBeginAsync");
    return runtime.forUsers(begin(ranges, timeout));
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

  private CompletableFuture<Token> begin(Collection<AddressRange> ranges, Duration timeout) {
    ReadBeginRequest request =
        ReadBeginRequest.newBuilder().setSpaceId(spaceId).addAllRanges(Wire.ranges(ranges)).build();
    return Futures.of(runtime.withDeadline(stub, timeout).readBegin(request))
        .thenApply(answer -> new Token(answer.getToken()));
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
