package io.svmcoord.loadtest.sim.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a run, kept up with the facts: invalidations, sessions with what they subscribe,
 * and the coordinator's term. Every fact goes to the ledger first, then to the checkers. Confined
 * to the run.
 */
public final class Ledger {
  private final Limits limits;
  private final Map<InvalidationKey, KnownInvalidation> invalidations = new LinkedHashMap<>();

  /** By space and epoch, then by sequence. */
  private final Map<Long, TreeMap<Long, KnownInvalidation>> bySpace = new LinkedHashMap<>();

  private final Map<InvalidationKey, KnownInvalidation> running = new LinkedHashMap<>();
  private final Map<Long, KnownSession> sessions = new LinkedHashMap<>();
  private final Set<Long> released = new HashSet<>();
  private Fact.@Nullable CoordinatorStarted term;
  private long pausedNanos;

  /** A ledger without facts. */
  public Ledger(Limits limits) {
    this.limits = limits;
  }

  Limits limits() {
    return limits;
  }

  /** The coordinator's term; empty while none runs. */
  Optional<Fact.CoordinatorStarted> term() {
    return Optional.ofNullable(term);
  }

  /** Whether an invalidation is of the coordinator's present term. */
  boolean isOfTerm(InvalidationKey id) {
    return term != null && term.epoch() == id.epoch();
  }

  /** How long the coordinator has stood still so far. */
  long pausedNanos() {
    return pausedNanos;
  }

  /** How late the coordinator may handle what has arrived at its edge. */
  long lateNanos() {
    return limits.slackNanos() + pausedNanos;
  }

  Optional<KnownInvalidation> invalidation(InvalidationKey id) {
    return Optional.ofNullable(invalidations.get(id));
  }

  Collection<KnownInvalidation> running() {
    return running.values();
  }

  /** Those of a space, epoch and the sequences from {@code low} to {@code high}, inclusive. */
  Collection<KnownInvalidation> begun(long space, long epoch, long low, long high) {
    TreeMap<Long, KnownInvalidation> all = bySpace.get(place(space, epoch));
    return all == null || low > high ? List.of() : all.subMap(low, true, high, true).values();
  }

  private static long place(long space, long epoch) {
    return space << 32 | epoch;
  }

  /** Whether the release of a space has begun, or is over. */
  boolean isReleased(long space) {
    return released.contains(space);
  }

  Optional<KnownSession> session(long id) {
    return Optional.ofNullable(sessions.get(id));
  }

  Collection<KnownSession> sessions() {
    return sessions.values();
  }

  void apply(Fact fact) {
    switch (fact) {
      case Fact.CoordinatorStarted started -> term = started;
      case Fact.CoordinatorCrashed crashed -> crashed(crashed.timeNanos());
      case Fact.CoordinatorPaused paused -> pausedNanos += paused.nanos();
      case Fact.Begun begun -> begun(begun);
      case Fact.Completed completed ->
          invalidation(completed.id()).ifPresent(one -> one.completed = completed);
      case Fact.Ended ended -> invalidation(ended.id()).ifPresent(one -> ended(one, ended));
      case Fact.SessionOpened opened ->
          sessions.put(opened.session(), new KnownSession(opened.session(), opened.isHost()));
      case Fact.SessionEvicted(var time, var session, var isSilent) -> {
        session(session).ifPresent(one -> one.isEvicted = true);
        session(session).ifPresent(one -> one.evictedNanos = time);
      }
      case Fact.LeaseOver over -> session(over.session()).ifPresent(one -> one.isLeaseOver = true);
      case Fact.SessionOver over -> session(over.session()).ifPresent(one -> one.isOver = true);
      case Fact.AckReceived ack -> session(ack.session()).ifPresent(one -> one.ackReceived(ack));
      case Fact.UpdateReceived update ->
          session(update.session()).ifPresent(one -> one.updates.put(update.correlation(), update));
      case Fact.LeaveReceived leave ->
          session(leave.session()).ifPresent(one -> one.hasLeft = true);
      case Fact.EndReceived end -> invalidation(end.id()).ifPresent(one -> one.isEndAsked = true);
      case Fact.CancelReceived(var time, var session) ->
          session(session).ifPresent(one -> one.cancelReceivedNanos = time);
      case Fact.UpdateAnswered answer ->
          session(answer.session()).ifPresent(one -> updateAnswered(one, answer));
      case Fact.UpdateRefused(var time, var session, var correlation) ->
          session(session).ifPresent(one -> one.updates.remove(correlation));
      case Fact.ReleasedSent sent ->
          session(sent.session()).ifPresent(one -> one.released(sent.space()));
      case Fact.SessionResumed resumed ->
          session(resumed.session()).ifPresent(one -> one.isStreamOver = false);
      case Fact.StreamOver over ->
          session(over.session()).ifPresent(one -> one.isStreamOver = true);
      case Fact.BeginAnswered(var time, var id, var requestId) ->
          invalidation(id).ifPresent(one -> one.requestId = requestId);
      case Fact.AckCounted _,
          Fact.EventsWaited _,
          Fact.InvalidateSent _,
          Fact.EndSent _,
          Fact.CaughtUp _,
          Fact.MemberTold _,
          Fact.EndAnswered _,
          Fact.TokenGiven _,
          Fact.TokenNotGiven _,
          Fact.TokenChecked _,
          Fact.PagesChanged _,
          Fact.PageUsed _,
          Fact.MappingSurvived _,
          Fact.DeviceOpened _,
          Fact.DeviceResumed _,
          Fact.DeviceCaughtUp _,
          Fact.BeginDelivered _,
          Fact.EndDelivered _,
          Fact.BusyBegan _,
          Fact.BusyEnded _,
          Fact.ReaderWaited _,
          Fact.ReaderChecked _,
          Fact.EndFailed _,
          Fact.HeldAfterForcedEnd _,
          Fact.AtRest _,
          Fact.StuckAtRest _ -> {
        // For the checkers alone.
      }
    }
  }

  private void begun(Fact.Begun begun) {
    KnownInvalidation one = new KnownInvalidation(begun, pausedNanos);
    invalidations.put(begun.id(), one);
    running.put(begun.id(), one);
    if (begun.isRelease()) {
      released.add(begun.id().space());
    }
    bySpace
        .computeIfAbsent(place(begun.id().space(), begun.id().epoch()), key -> new TreeMap<>())
        .put(begun.id().sequence(), one);
  }

  private void ended(KnownInvalidation one, Fact.Ended ended) {
    one.ended = ended;
    over(one, ended.timeNanos());
  }

  private void over(KnownInvalidation one, long timeNanos) {
    one.overNanos = Math.min(one.overNanos, timeNanos);
    running.remove(one.id());
  }

  /** A space is gone: what still ran in it went with it. */
  void spaceGone(long space, long timeNanos) {
    for (KnownInvalidation one : new ArrayList<>(running.values())) {
      if (one.id().space() == space) {
        forgotten(one, timeNanos);
      }
    }
  }

  private void forgotten(KnownInvalidation one, long timeNanos) {
    one.isForgotten = true;
    over(one, timeNanos);
  }

  private void crashed(long timeNanos) {
    term = null;
    for (KnownInvalidation one : running.values()) {
      if (one.begun.isRelease()) {
        released.remove(one.id().space());
      }
    }
    new ArrayList<>(running.values()).forEach(one -> forgotten(one, timeNanos));
    for (KnownSession session : sessions.values()) {
      session.isOver = true;
      session.isStreamOver = true;
    }
  }

  private void updateAnswered(KnownSession session, Fact.UpdateAnswered answer) {
    Fact.UpdateReceived update = session.updates.remove(answer.correlation());
    if (update != null) {
      session.updated(update, answer.sequence());
    }
  }
}
