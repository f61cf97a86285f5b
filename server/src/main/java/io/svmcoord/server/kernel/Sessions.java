package io.svmcoord.server.kernel;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All sessions by id and by key, those that are over for a while longer.
 *
 * <p>Bound: {@link KernelLimits#sessionsMax} and {@link KernelLimits#endedSessionsMax}. Confined to
 * the coordinator's thread.
 */
final class Sessions {
  private final Core core;
  private final KeySource keys;
  private final LongMap<Session> byId = new LongMap<>();

  /** The same for listings, in order. */
  private final TreeMap<Long, Session> ordered = new TreeMap<>();

  private final Map<SessionKey, Session> byKey = new HashMap<>();

  /** Those that are over, the first to be forgotten first. */
  private final ArrayDeque<Session> ended = new ArrayDeque<>();

  private long lastId;
  private int living;

  Sessions(Core core, KeySource keys) {
    this.core = core;
    this.keys = keys;
  }

  @Nullable Session get(SessionId id) {
    return byId.get(id.value());
  }

  @Nullable Session get(SessionKey key) {
    return byKey.get(key);
  }

  NavigableMap<Long, Session> after(long afterId) {
    return ordered.tailMap(afterId, false);
  }

  /** Whether one more may be opened, when {@code leaving} others go. */
  boolean isFull(int leaving) {
    return living - leaving >= core.limits().sessionsMax();
  }

  Refusal full() {
    return core.limitReached("sessionsMax", core.limits().sessionsMax());
  }

  Session open(SessionRole role, SessionRequest request, long ttlNanos, boolean isHold) {
    long guardNanos = ttlNanos / core.config().guardDivisor();
    Session session =
        new Session(
            new SessionId(++lastId), keys.next(), role, request, ttlNanos, guardNanos, isHold);
    if (byKey.putIfAbsent(session.key, session) != null) {
      throw new IllegalStateException("key: repeated (expected: one that was never given before)");
    }
    byId.put(session.id.value(), session);
    ordered.put(session.id.value(), session);
    living++;
    if (!isHold) {
      core.observer().sessionOpened(session.id, role);
    }
    return session;
  }

  /** Puts a session out: it is told so, its lease is waited for. Once. */
  void evict(Session session, EndCause cause, String detail) {
    if (session.isPutOut()) {
      return;
    }
    session.state = SessionState.EVICTED;
    session.endCause = cause;
    session.endDetail = core.kept(detail);
    session.closeOutlet(core.effects());
    core.observer().sessionEvicted(session.id, session.role, cause);
  }

  /** The session holds nothing any more: it is over, and listed for a while. */
  void retire(Session session) {
    session.isOver = true;
    session.memberships = new LongMap<>();
    core.deadlines().disarm(session);
    living--;
    if (session.isHold && session.state != SessionState.EXPIRED) {
      // As short-lived as its invalidation: listing them would push out all others.
      forget(session);
      return;
    }
    core.observer().sessionOver(session.id, session.role, session.endCause);
    ended.add(session);
    if (ended.size() > core.limits().endedSessionsMax()) {
      forget(ended.remove());
    }
  }

  private void forget(Session session) {
    byId.remove(session.id.value());
    ordered.remove(session.id.value());
    byKey.remove(session.key);
  }
}
