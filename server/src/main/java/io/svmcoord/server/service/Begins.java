package io.svmcoord.server.service;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import io.svmcoord.server.kernel.BeginCallback;
import io.svmcoord.server.kernel.BeginRequest;
import io.svmcoord.server.kernel.BeginTicket;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.FanOutReport;
import io.svmcoord.server.kernel.InvalidationHost;
import io.svmcoord.server.kernel.InvalidationId;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.SessionKey;
import io.svmcoord.v1.BeginInvalidationRequest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Begins, joined by request id (promise G8): repeating one that runs waits for the same answer,
 * repeating one that is through gets the same answer, as long as its invalidation runs.
 *
 * <p>Invariants: J1 of the begins of one space and request id, one at most has an entry; J2 an
 * entry is of a begin that waits or was answered with OK, never of one that was refused or undone,
 * so that repeating those begins anew; J3 a begin is taken back when the last of its callers went
 * away.
 *
 * <p>The cache is bounded by size and time; what it forgets is begun anew when repeated, which
 * devices see as one more invalidation of the same ranges. Confined to the kernel's loop.
 */
final class Begins {
  /** Most callers that wait for one begin; more are refused. */
  static final int CALLERS_PER_BEGIN_MAX = 256;

  /** Takes a caller's begin back. */
  @FunctionalInterface
  interface Handle {
    /** The caller is gone. Once at most. */
    void cancel(long nowNanos);
  }

  /** What a request id names. */
  private record Key(long spaceId, String requestId) {}

  /** The answer of a begin that is through. */
  private record Begun(InvalidationId id, FanOutReport fanOut, @Nullable SessionKey holdKey) {
    void tell(BeginCallback callback) {
      callback.begun(id, fanOut, holdKey);
    }
  }

  private final Coordinator coordinator;
  private final Cache<Key, Joined> joined;
  private final Runnable joins;

  Begins(
      Coordinator coordinator,
      int requestIdsMax,
      Duration requestIdAge,
      LongSupplier nanoTime,
      Runnable joins) {
    this.coordinator = coordinator;
    this.joins = joins;
    this.joined =
        Caffeine.newBuilder()
            .maximumSize(requestIdsMax)
            .expireAfterAccess(requestIdAge)
            .ticker(nanoTime::getAsLong)
            // Its upkeep is short and runs where it is caused.
            .executor(Runnable::run)
            .recordStats()
            .build();
  }

  /** The remembered begins, for meters. Thread-safe. */
  Cache<?, ?> cache() {
    return joined;
  }

  /** Begins, or joins the begin of the same request id. The callback is called once. */
  Handle begin(
      long nowNanos, BeginInvalidationRequest wire, BeginRequest request, BeginCallback callback) {
    if (wire.getRequestId().isEmpty()) {
      BeginTicket ticket = coordinator.begin(nowNanos, request, callback);
      return now -> coordinator.cancelBegin(now, ticket);
    }
    Key key = new Key(wire.getSpaceId(), wire.getRequestId());
    ByteString fingerprint = fingerprint(wire, request.host());
    Joined known = joined.getIfPresent(key);
    if (known != null) {
      return join(known, fingerprint, callback);
    }
    Joined fresh = new Joined(key, fingerprint);
    joined.put(key, fresh);
    Caller first = new Caller(fresh, callback);
    fresh.begin(nowNanos, request);
    return first;
  }

  private Handle join(Joined known, ByteString fingerprint, BeginCallback callback) {
    String requestId = known.key.requestId;
    if (!known.fingerprint.equals(fingerprint)) {
      callback.refused(
          new Refusal.InvalidArgument(
              "request_id", requestId, "one that repeats the same begin of the same session"));
      return now -> {};
    }
    Begun answer = known.begun;
    if (answer != null && !coordinator.isRunning(answer.id)) {
      callback.refused(new Refusal.InvalidationEnded(requestId));
      return now -> {};
    }
    if (known.waiting.size() >= CALLERS_PER_BEGIN_MAX) {
      callback.refused(ServiceLimits.reached("callersPerBeginMax", CALLERS_PER_BEGIN_MAX));
      return now -> {};
    }
    joins.run();
    Caller caller = new Caller(known, callback);
    if (answer != null) {
      known.drainWaiting().forEach(answer::tell);
    }
    return caller;
  }

  /** One of those who wait for a begin, or were answered. */
  private static final class Caller implements Handle {
    private final Joined begin;
    private final BeginCallback callback;
    private boolean isGone;

    Caller(Joined begin, BeginCallback callback) {
      this.begin = begin;
      this.callback = callback;
      begin.callers++;
      begin.waiting.add(callback);
    }

    @Override
    public void cancel(long nowNanos) {
      if (!isGone) {
        isGone = true;
        begin.callerGone(nowNanos, callback);
      }
    }
  }

  /** One begin and those who wait for it. */
  private final class Joined implements BeginCallback {
    private final Key key;
    private final ByteString fingerprint;
    private final List<BeginCallback> waiting = new ArrayList<>(1);
    private int callers;
    private @Nullable BeginTicket ticket;
    private @Nullable Begun begun;

    Joined(Key key, ByteString fingerprint) {
      this.key = key;
      this.fingerprint = fingerprint;
    }

    void begin(long nowNanos, BeginRequest request) {
      ticket = coordinator.begin(nowNanos, request, this);
    }

    @Override
    public void begun(InvalidationId id, FanOutReport fanOut, @Nullable SessionKey holdKey) {
      Begun answer = new Begun(id, fanOut, holdKey);
      begun = answer;
      drainWaiting().forEach(answer::tell);
    }

    @Override
    public void refused(Refusal refusal) {
      forget();
      drainWaiting().forEach(callback -> callback.refused(refusal));
    }

    void callerGone(long nowNanos, BeginCallback callback) {
      callers--;
      BeginTicket running = ticket;
      if (running == null) {
        return; // Refused.
      }
      if (callers == 0) {
        forget();
        coordinator.cancelBegin(nowNanos, running);
      } else if (waiting.remove(callback)) {
        InvalidationId id = running.id();
        if (id != null) {
          callback.refused(new Refusal.BeginCancelled(id));
        }
      }
    }

    private List<BeginCallback> drainWaiting() {
      List<BeginCallback> callbacks = List.copyOf(waiting);
      waiting.clear();
      return callbacks;
    }

    private void forget() {
      joined.asMap().remove(key, this);
    }
  }

  /** Tells begins with other parameters, or of another session, apart. */
  private static ByteString fingerprint(BeginInvalidationRequest request, InvalidationHost host) {
    long session =
        switch (host) {
          case InvalidationHost.Session(var id) -> id.value();
          case InvalidationHost.Hold _ -> 0;
        };
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(request.toByteArray());
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, session));
      return ByteString.copyFrom(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
