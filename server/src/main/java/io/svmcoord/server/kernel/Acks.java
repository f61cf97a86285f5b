package io.svmcoord.server.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What settles an owed ack: the ack, a refusal, the end of the subscription or of the session (G6).
 *
 * <p>Acks come in any order, one by one or all up to a sequence; what is not owed is ignored and
 * counted. An ack is O(log owed). Confined to the coordinator's thread.
 */
final class Acks {
  private final Core core;
  private final Sessions sessions;
  private final Invalidations invalidations;

  Acks(Core core, Sessions sessions, Invalidations invalidations) {
    this.core = core;
    this.sessions = sessions;
    this.invalidations = invalidations;
  }

  AckResult ack(
      long nowNanos,
      @Nullable Session session,
      long spaceId,
      long epoch,
      long sequence,
      boolean isAllUpTo) {
    Membership member = session == null ? null : session.memberships.get(spaceId);
    AckResult.Ignored ignored = ignored(session, member, epoch);
    if (ignored == null && member != null) {
      int count =
          isAllUpTo ? ackUpTo(nowNanos, member, sequence) : ackOne(nowNanos, member, sequence);
      if (count > 0) {
        return AckResult.Acked.of(count);
      }
      ignored = AckResult.Ignored.NOT_OWED;
    }
    AckResult.Ignored reason = ignored == null ? AckResult.Ignored.UNKNOWN_SPACE : ignored;
    core.observer().ackIgnored(reason);
    return reason;
  }

  private static AckResult.@Nullable Ignored ignored(
      @Nullable Session session, @Nullable Membership member, long epoch) {
    // A session without a stream was not sent all that it owes: it can't know what it acks.
    if (session == null || session.isOver || !session.isActive()) {
      return AckResult.Ignored.SESSION_NOT_ACTIVE;
    }
    if (member == null) {
      return AckResult.Ignored.UNKNOWN_SPACE;
    }
    return member.space.epoch == epoch ? null : AckResult.Ignored.STALE_EPOCH;
  }

  private int ackOne(long nowNanos, Membership member, long sequence) {
    RunningInvalidation owed = member.owed.take(sequence);
    if (owed == null) {
      return 0;
    }
    acked(nowNanos, member, owed);
    return 1;
  }

  private int ackUpTo(long nowNanos, Membership member, long sequence) {
    int count = 0;
    RunningInvalidation owed = member.owed.takeFirstUpTo(sequence);
    while (owed != null) {
      acked(nowNanos, member, owed);
      count++;
      owed = member.owed.takeFirstUpTo(sequence);
    }
    return count;
  }

  private void acked(long nowNanos, Membership member, RunningInvalidation owed) {
    core.observer().acked(member.session.id, owed.what.id(), nowNanos - owed.beganNanos);
    invalidations.answered(nowNanos, member, owed);
  }

  void refuse(
      long nowNanos,
      @Nullable Session session,
      long spaceId,
      long epoch,
      long sequence,
      RefusalCause cause,
      String message) {
    Membership member = session == null ? null : session.memberships.get(spaceId);
    AckResult.Ignored ignored = ignored(session, member, epoch);
    RunningInvalidation owed = member == null ? null : member.owed.get(sequence);
    if (ignored != null || session == null || owed == null) {
      core.observer().ackIgnored(ignored == null ? AckResult.Ignored.NOT_OWED : ignored);
      return;
    }
    core.observer().deviceRefused(cause);
    if (cause == RefusalCause.FAILED) {
      sessions.evict(nowNanos, session, EndCause.HANDLER_FAILED, message);
    } else if (!owed.what.isNonBlockable()) {
      sessions.evict(nowNanos, session, EndCause.REFUSED_BLOCKABLE, message);
    }
    if (owed.what.isNonBlockable()) {
      owed.notAcked(session, SessionOutcome.Kind.WOULD_BLOCK);
      invalidations.wouldBlock(nowNanos, owed);
    }
  }

  /** A session is over: what it owed in a space is waited for no more. */
  void forgive(long nowNanos, Membership member, SessionOutcome.Kind kind) {
    forgive(nowNanos, member, kind, owed -> true);
  }

  /** A session unsubscribed: what no remaining subscription overlaps counts as acked. */
  void forgiveUncovered(long nowNanos, Membership member) {
    forgive(
        nowNanos,
        member,
        SessionOutcome.Kind.LEFT,
        owed -> !member.space.subscriptions.overlaps(member, owed.what.ranges()));
  }

  private void forgive(
      long nowNanos,
      Membership member,
      SessionOutcome.Kind kind,
      Predicate<RunningInvalidation> isForgiven) {
    List<RunningInvalidation> forgiven = new ArrayList<>();
    for (int i = member.owed.head(); i < member.owed.tail(); i++) {
      RunningInvalidation owed = member.owed.at(i);
      if (owed != null && isForgiven.test(owed)) {
        forgiven.add(owed);
      }
    }
    for (RunningInvalidation owed : forgiven) {
      // The completion of a RELEASE among them may have settled the others.
      if (member.owed.take(owed.sequence()) != null) {
        owed.notAcked(member.session, kind);
        invalidations.answered(nowNanos, member, owed);
      }
    }
  }
}
