package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Listings and gauges: reads everything, changes nothing. Confined to the coordinator's thread. */
final class Views {
  private final Spaces spaces;
  private final Sessions sessions;
  private final Grace grace;

  Views(Spaces spaces, Sessions sessions, Grace grace) {
    this.spaces = spaces;
    this.sessions = sessions;
    this.grace = grace;
  }

  Listing<SessionView> sessions(long nowNanos, long afterId, int limit) {
    List<SessionView> rows = new ArrayList<>();
    for (Session session : sessions.after(afterId).values()) {
      if (rows.size() == limit) {
        return new Listing<>(rows, true);
      }
      rows.add(view(nowNanos, session));
    }
    return new Listing<>(rows, false);
  }

  private static SessionView view(long nowNanos, Session session) {
    boolean hasEnd = session.isPutOut();
    String detail = session.endDetail.isEmpty() ? "" : ": " + session.endDetail;
    long leaseLeftNanos =
        session.isOver
            ? 0
            : session.hasLease
                ? Math.max(0, session.leaseEndNanos() - nowNanos)
                : session.ttlNanos + session.guardNanos;
    return new SessionView(
        session.id,
        session.role,
        session.state,
        session.isOver,
        session.isOver ? nowNanos - session.overNanos : 0,
        session.request.name(),
        session.request.clientVersion(),
        session.peer,
        session.ttlNanos,
        leaseLeftNanos,
        session.unacked,
        oldestUnackedNanos(nowNanos, session),
        session.subscriptions,
        session.running.size(),
        hasEnd ? session.endCause + detail : "");
  }

  private static long oldestUnackedNanos(long nowNanos, Session session) {
    long oldest = 0;
    for (int place = 0; place < session.memberships.capacity(); place++) {
      Membership member = session.memberships.valueAt(place);
      RunningInvalidation first =
          member == null || member.owed.size() == 0 ? null : member.owed.at(member.owed.head());
      if (first != null) {
        oldest = Math.max(oldest, nowNanos - first.beganNanos);
      }
    }
    return oldest;
  }

  Outcome<Listing<SubscriptionView>> subscriptions(long spaceId, AddressRange range, int limit) {
    AddressSpace space = spaces.get(spaceId);
    return space == null
        ? Outcome.refused(Spaces.notFound(spaceId))
        : Outcome.ok(space.subscriptions.list(range, limit));
  }

  Outcome<Listing<InvalidationView>> invalidations(long nowNanos, long spaceId, int limit) {
    Collection<AddressSpace> asked = spaces.all();
    if (spaceId != 0) {
      AddressSpace space = spaces.get(spaceId);
      if (space == null) {
        return Outcome.refused(Spaces.notFound(spaceId));
      }
      asked = List.of(space);
    }
    List<InvalidationView> rows = new ArrayList<>();
    for (AddressSpace space : asked) {
      for (RunningInvalidation at = space.running.oldest(); at != null; at = at.newer) {
        if (rows.size() == limit) {
          return Outcome.ok(new Listing<>(rows, true));
        }
        rows.add(view(nowNanos, at));
      }
    }
    return Outcome.ok(new Listing<>(rows, false));
  }

  private static InvalidationView view(long nowNanos, RunningInvalidation running) {
    Session host = running.host;
    return new InvalidationView(
        running.what,
        host == null ? SessionId.NONE : host.id,
        nowNanos - running.beganNanos,
        !running.isPending(),
        owing(running));
  }

  private static List<SessionId> owing(RunningInvalidation running) {
    List<SessionId> owing = new ArrayList<>();
    for (Membership member : running.captured) {
      if (owing.size() == Math.min(running.owing, InvalidationView.OWING_MAX)) {
        break;
      }
      if (member.owed.get(running.sequence()) != null) {
        owing.add(member.session.id);
      }
    }
    return owing;
  }

  KernelCounts counts(long nowNanos) {
    Map<SessionState, Integer> devices = new EnumMap<>(SessionState.class);
    Map<SessionState, Integer> hosts = new EnumMap<>(SessionState.class);
    for (Session session : sessions.after(0).values()) {
      if (!session.isOver || session.state == SessionState.EXPIRED) {
        (session.role == SessionRole.DEVICE ? devices : hosts)
            .merge(session.state, 1, Integer::sum);
      }
    }
    long subscriptions = 0;
    int running = 0;
    int waitingReaders = 0;
    long oldestUnackedNanos = 0;
    for (AddressSpace space : spaces.all()) {
      subscriptions += space.subscriptions.size();
      running += space.running.size();
      waitingReaders += space.waitingReaders;
      oldestUnackedNanos = Math.max(oldestUnackedNanos, oldestUnackedNanos(nowNanos, space));
    }
    return new KernelCounts(
        spaces.all().size(),
        devices,
        hosts,
        sessions.evictedClients(nowNanos),
        subscriptions,
        running,
        waitingReaders,
        oldestUnackedNanos,
        grace.leftNanos(nowNanos),
        grace.sessions());
  }

  private static long oldestUnackedNanos(long nowNanos, AddressSpace space) {
    for (RunningInvalidation at = space.running.oldest(); at != null; at = at.newer) {
      if (at.isPending()) {
        return nowNanos - at.beganNanos;
      }
    }
    return 0;
  }
}
