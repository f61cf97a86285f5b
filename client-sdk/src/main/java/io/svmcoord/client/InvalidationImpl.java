package io.svmcoord.client;

import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.HostSessionResponse;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One begun invalidation of a host session, of all who began it. Thread-safe. */
final class InvalidationImpl implements Invalidation {
  private final HostSessionImpl host;

  /** The stream of its begin, whose lease holds it. */
  private final SessionStream<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse>
      stream;

  private final JoinedBegins.Joined joined;
  private final HeldInvalidations held;
  private final InvalidationId id;
  private final FanOut fanOut;

  /** The first end, or the last one if those before it failed; null before there was any. */
  private @Nullable CompletableFuture<EndResult> ending;

  InvalidationImpl(
      HostSessionImpl host,
      SessionStream<HostSessionRequest.Builder, HostSessionRequest, HostSessionResponse> stream,
      JoinedBegins.Joined joined,
      HeldInvalidations held,
      InvalidationId id,
      FanOut fanOut) {
    this.host = host;
    this.stream = stream;
    this.joined = joined;
    this.held = held;
    this.id = id;
    this.fanOut = fanOut;
  }

  @Override
  public InvalidationId id() {
    return id;
  }

  @Override
  public FanOut fanOut() {
    return fanOut;
  }

  @Override
  public boolean isHeld() {
    synchronized (this) {
      if (ending != null) {
        return false;
      }
    }
    return stream.leaseLeftNanos() > 0;
  }

  @Override
  public EndResult end() {
    MirrorLock.requireNone("Invalidation.end");
    return host.runtime().await(ending(), host.runtime().deadline(), "end");
  }

  @Override
  public CompletableFuture<EndResult> endAsync() {
    MirrorLock.requireNone("Invalidation.endAsync");
    return host.runtime().forUsers(ending());
  }

  private synchronized CompletableFuture<EndResult> ending() {
    CompletableFuture<EndResult> now = ending;
    if (now == null) {
      held.ended();
    }
    if (now == null || now.isCompletedExceptionally()) {
      now = host.end(stream, id);
      ending = now;
      joined.ended(this);
    }
    return now;
  }

  @Override
  public void close() {
    var _ = end();
  }

  @Override
  public String toString() {
    return "Invalidation[%s, held=%s]".formatted(id, isHeld());
  }
}
