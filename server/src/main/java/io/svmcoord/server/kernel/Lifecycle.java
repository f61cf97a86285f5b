package io.svmcoord.server.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions and brings them to their end: renewal, detach, broken stream, eviction, expiry.
 *
 * <p>A session that may still use pages is waited for until its lease is certainly over (G1, G4);
 * one that says it has stopped is not. A host's invalidations live as long as that (G9). Confined
 * to the coordinator's thread.
 */
final class Lifecycle {
  private final Core core;
  private final Sessions sessions;
  private final Grace grace;
  private final Invalidations invalidations;
  private final Acks acks;

  Lifecycle(Core core, Sessions sessions, Grace grace, Invalidations invalidations, Acks acks) {
    this.core = core;
    this.sessions = sessions;
    this.grace = grace;
    this.invalidations = invalidations;
    this.acks = acks;
  }

  void openDevice(
      long nowNanos,
      SessionRequest request,
      DeviceOutlet outlet,
      Consumer<? super Outcome<SessionGrant>> callback) {
    open(nowNanos, SessionRole.DEVICE, request, session -> session.deviceOutlet = outlet, callback);
  }

  void openHost(
      long nowNanos,
      SessionRequest request,
      HostOutlet outlet,
      Consumer<? super Outcome<SessionGrant>> callback) {
    open(nowNanos, SessionRole.HOST, request, session -> session.hostOutlet = outlet, callback);
  }

  private void open(
      long nowNanos,
      SessionRole role,
      SessionRequest request,
      Consumer<Session> connect,
      Consumer<? super Outcome<SessionGrant>> callback) {
    Session former = former(role, request);
    switch (checked(request, former == null ? 0 : 1)) {
      case Outcome.Refused<Long>(var refusal) -> answer(callback, Outcome.refused(refusal));
      case Outcome.Ok<Long>(var ttlNanos) -> {
        leaveFormer(nowNanos, role, request, former);
        admit(nowNanos, role, request, ttlNanos, connect, callback);
      }
    }
  }

  /** The living session of this coordinator that the client had before; null if there is none. */
  private @Nullable Session former(SessionRole role, SessionRequest request) {
    SessionKey key = request.previous();
    Session former = key == null ? null : sessions.get(key);
    return former != null && former.role == role && !former.isOver ? former : null;
  }

  /**
   * What the device had before is dropped, what the host had before it changes no more, they say
   * so: from now on, also if the new session can't be remembered or is delayed, and so that no ack
   * on the former's stream counts any more (G6).
   */
  private void leaveFormer(
      long nowNanos, SessionRole role, SessionRequest request, @Nullable Session former) {
    if (former != null) {
      replace(nowNanos, former);
    }
    SessionKey previous = request.previous();
    if (previous != null && grace.reclaim(nowNanos, role, previous)) {
      invalidations.graceOver(nowNanos);
    }
  }

  /** Opens a session, unless its client has to stay away for a while. */
  private void admit(
      long nowNanos,
      SessionRole role,
      SessionRequest request,
      long ttlNanos,
      Consumer<Session> connect,
      Consumer<? super Outcome<SessionGrant>> callback) {
    Refusal delayed = sessions.delayed(nowNanos, request);
    if (delayed != null) {
      answer(callback, Outcome.refused(delayed));
      return;
    }
    sessions.open(
        nowNanos,
        role,
        request,
        ttlNanos,
        new Sessions.Opening() {
          @Override
          public void opened(long at, Session session) {
            connect.accept(session);
            answer(callback, Outcome.ok(start(at, session)));
          }

          @Override
          public void failed(Refusal refusal) {
            answer(callback, Outcome.refused(refusal));
          }
        });
  }

  private void answer(
      Consumer<? super Outcome<SessionGrant>> callback, Outcome<SessionGrant> outcome) {
    core.effects().add(() -> callback.accept(outcome));
  }

  private Outcome<Long> checked(SessionRequest request, int leaving) {
    KernelLimits limits = core.limits();
    if (request.name().length() > limits.nameCharsMax()) {
      return tooLong("name", request.name(), limits.nameCharsMax());
    }
    if (request.clientVersion().length() > limits.versionCharsMax()) {
      return tooLong("client_version", request.clientVersion(), limits.versionCharsMax());
    }
    long ttlNanos = core.timeToLiveNanos(request.ttlNanos());
    Refusal wrong = core.wrongTimeToLive("ttl_millis", ttlNanos);
    if (wrong == null) {
      wrong = sessions.full(leaving);
    }
    return wrong == null ? Outcome.ok(ttlNanos) : Outcome.refused(wrong);
  }

  private static Outcome<Long> tooLong(String field, String value, int max) {
    return Outcome.refused(
        new Refusal.InvalidArgument(
            field, value.length() + " characters", "at most " + max + " characters"));
  }

  private SessionGrant start(long nowNanos, Session session) {
    session.renew(nowNanos);
    core.deadlines().arm(session, session.leaseEndNanos());
    return session.grant(core.config().heartbeatDivisor());
  }

  HeartbeatResult heartbeat(long nowNanos, SessionId id) {
    Session session = sessions.get(id);
    if (session == null || session.isHold) {
      return new HeartbeatResult.Over(new Refusal.SessionExpired(id, EndCause.LEASE_EXPIRED));
    }
    if (session.isPutOut() || session.isLeaseOver(nowNanos)) {
      return new HeartbeatResult.Over(session.closeReason().refusal());
    }
    if (!session.isActive()) {
      return new HeartbeatResult.Over(new Refusal.SessionExpired(id, EndCause.STREAM_BROKEN));
    }
    // The timer stays where it is: it fires early and is armed anew.
    session.renew(nowNanos);
    return session.renewed;
  }

  void detach(long nowNanos, SessionId id) {
    Session session = sessions.get(id);
    if (session != null && !session.isOver) {
      session.disconnect();
      leave(nowNanos, session, EndCause.DETACHED);
    }
  }

  private void replace(long nowNanos, Session previous) {
    leave(nowNanos, previous, EndCause.REPLACED);
    previous.closeOutlet(core.effects());
  }

  private void leave(long nowNanos, Session session, EndCause cause) {
    session.state = SessionState.DETACHED;
    session.endCause = cause;
    session.endDetail = "";
    end(nowNanos, session, SessionOutcome.Kind.LEFT, false);
  }

  void streamBroken(SessionId id) {
    Session session = sessions.get(id);
    if (session == null) {
      return;
    }
    session.disconnect();
    if (session.isActive()) {
      session.state = SessionState.SUSPECT;
    }
  }

  Outcome<SessionId> evict(long nowNanos, SessionId id, EndCause cause, String detail) {
    Session session = sessions.get(id);
    if (session == null || session.isOver) {
      return Outcome.refused(new Refusal.NotFound("session_id", Long.toString(id.value())));
    }
    evict(nowNanos, session, cause, detail);
    return Outcome.ok(id);
  }

  private void evict(long nowNanos, Session session, EndCause cause, String detail) {
    if (session.isPutOut()) {
      return;
    }
    sessions.evict(nowNanos, session, cause, detail);
    // A host that was not answered yet has changed nothing; what it holds waits for its lease.
    Refusal refusal = session.closeReason().refusal();
    for (RunningInvalidation running : oldestFirst(session)) {
      if (running.isPending()) {
        invalidations.finish(nowNanos, running, refusal);
      }
    }
  }

  /** The grace's timer fired. */
  void graceDue(long nowNanos) {
    grace.leasesOver(nowNanos);
    invalidations.graceOver(nowNanos);
  }

  /** The session's timer fired: perhaps early, since renewals and acks don't touch it. */
  void timerDue(long nowNanos, Session session) {
    if (session.isLeaseOver(nowNanos)) {
      expire(nowNanos, session);
      return;
    }
    if (session.ackTimeLeftNanos(nowNanos) <= 0) {
      evict(nowNanos, session, EndCause.ACK_DEADLINE_MISSED, session.unacked + " acks owed");
    }
    long leaseLeft = session.leaseEndNanos() - nowNanos;
    long left = Math.min(leaseLeft, session.ackTimeLeftNanos(nowNanos));
    core.deadlines().arm(session, nowNanos + left);
  }

  private void expire(long nowNanos, Session session) {
    boolean isEvicted = session.state == SessionState.EVICTED;
    core.observer().leaseExpired(session.id, session.role);
    if (!isEvicted) {
      session.state = SessionState.EXPIRED;
      session.endCause = EndCause.LEASE_EXPIRED;
      session.closeOutlet(core.effects());
    }
    SessionOutcome.Kind kind =
        isEvicted ? SessionOutcome.Kind.EVICTED : SessionOutcome.Kind.EXPIRED;
    end(nowNanos, session, kind, true);
  }

  /** Lets go of everything that a session holds, then of the session. */
  private void end(long nowNanos, Session session, SessionOutcome.Kind kind, boolean isForced) {
    for (Membership member : session.members()) {
      member.space.subscriptions.leave(member);
      acks.forgive(nowNanos, member, kind);
    }
    Refusal refusal = session.closeReason().refusal();
    for (RunningInvalidation running : oldestFirst(session)) {
      if (isForced && !running.isPending()) {
        invalidations.endByForce(nowNanos, running);
      } else {
        invalidations.finish(nowNanos, running, refusal);
      }
    }
    if (!session.isOver) {
      session.overNanos = nowNanos;
      sessions.retire(session);
    }
  }

  /**
   * A copy: each end takes one out. In order, so that the same history gives the same sequences.
   */
  private static List<RunningInvalidation> oldestFirst(Session session) {
    List<RunningInvalidation> all = new ArrayList<>(session.running);
    all.sort(
        Comparator.<RunningInvalidation>comparingLong(running -> running.space.id)
            .thenComparingLong(RunningInvalidation::sequence));
    return all;
  }
}
