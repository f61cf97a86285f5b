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
  /** Highest epoch: above, the ids of sessions would repeat. */
  static final long EPOCH_MAX = 1L << 30;

  /** Ids of a term: so many that no term uses them up, so that none is met again in the next. */
  private static final int IDS_OF_TERM_BITS = 32;

  private final Core core;
  private final Remembering remembering;
  private final KeySource keys;
  private final Readmissions readmissions;
  private final LongMap<Session> byId = new LongMap<>();

  /** The same for listings, in order. */
  private final TreeMap<Long, Session> ordered = new TreeMap<>();

  private final Map<SessionKey, Session> byKey = new HashMap<>();

  /** Those that are over, the first to be forgotten first. */
  private final ArrayDeque<Session> ended = new ArrayDeque<>();

  private long lastId;
  private int living;

  /** Those that are not remembered yet: nobody is told of them. */
  private int beingOpened;

  Sessions(Core core, Remembering remembering, KeySource keys) {
    this.core = core;
    this.remembering = remembering;
    this.keys = keys;
    this.readmissions =
        new Readmissions(core.config().readmission(), core.limits().evictedClientsMax());
    this.lastId = (core.epoch() - 1) << IDS_OF_TERM_BITS;
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

  /** Why one more can't be opened, when {@code leaving} others go; null if it can. */
  @Nullable Refusal full(int leaving) {
    int max = core.limits().sessionsMax();
    return living + beingOpened - leaving >= max
        ? core.limitReached("limits.sessions", max)
        : remembering.full();
  }

  /** Why this client may not come back yet; null if it may. */
  @Nullable Refusal delayed(long nowNanos, SessionRequest request) {
    Refusal delayed = readmissions.refusal(nowNanos, request);
    if (delayed != null) {
      core.observer().readmissionDelayed();
    }
    return delayed;
  }

  /** Clients whose evictions are not forgotten. */
  int evictedClients(long nowNanos) {
    return readmissions.clients(nowNanos);
  }

  /** Opens a hold, which is not remembered by itself, see {@link UnlistedLeases}. */
  Session openHold(SessionRequest request) {
    Session hold = make(SessionRole.HOST, request, request.ttlNanos(), true);
    add(hold);
    return hold;
  }

  /** Opens a session when it is remembered, and tells then; perhaps before this returns. */
  void open(
      long nowNanos, SessionRole role, SessionRequest request, long ttlNanos, Opening opening) {
    Session session = make(role, request, ttlNanos, false);
    beingOpened++;
    remembering.note(
        nowNanos,
        new MemoryChange.SessionOpened(session.known()),
        new Remembering.Waiter() {
          @Override
          public void remembered(long at) {
            beingOpened--;
            add(session);
            core.observer().sessionOpened(session.id, role);
            opening.opened(at, session);
          }

          @Override
          public void failed(long at, Refusal refusal) {
            beingOpened--;
            remembering.note(new MemoryChange.SessionOver(session.id));
            opening.failed(refusal);
          }
        });
  }

  /** What goes on when a session is open or can't be. */
  interface Opening {
    void opened(long nowNanos, Session session);

    void failed(Refusal refusal);
  }

  private Session make(SessionRole role, SessionRequest request, long ttlNanos, boolean isHold) {
    return new Session(
        new SessionId(++lastId),
        keys.next(),
        role,
        request,
        ttlNanos,
        core.config().guardNanos(ttlNanos),
        isHold);
  }

  private void add(Session session) {
    if (byKey.putIfAbsent(session.key, session) != null) {
      throw new IllegalStateException("key: repeated (expected: one that was never given before)");
    }
    byId.put(session.id.value(), session);
    ordered.put(session.id.value(), session);
    living++;
  }

  /** Puts a session out: it is told so, its lease is waited for. Once. */
  void evict(long nowNanos, Session session, EndCause cause, String detail) {
    if (session.isPutOut()) {
      return;
    }
    session.state = SessionState.EVICTED;
    session.endCause = cause;
    session.endDetail = core.kept(detail);
    session.closeOutlet(core.effects());
    readmissions.evicted(nowNanos, session.request, cause);
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
    if (!session.isHold) {
      remembering.note(new MemoryChange.SessionOver(session.id));
    }
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
