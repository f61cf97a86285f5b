package io.svmcoord.loadtest.sim.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * G7: the events of a space reach each session filtered, in order, once and without gaps; each end
 * after its begin, once. Judged where they leave the coordinator: a connection keeps their order.
 */
final class StreamChecker extends Checker {
  /** What an event may wait in the coordinator before it counts as missing. */
  private static final long LATE_NANOS_MAX = 1_000_000_000;

  private record Place(long session, long space) {}

  /** Where the events of one space stand in one session. */
  private static final class Position {
    /** Of the last event, or answer to an update. */
    long sequence;

    final Set<InvalidationKey> begun = new HashSet<>();
    final Set<InvalidationKey> ended = new HashSet<>();

    /** What ran at the last resume: it may be sent again, once. */
    final Set<InvalidationKey> resumed = new HashSet<>();

    /** What an answer went ahead of: merged with other events, so only a baseline may follow. */
    final Set<InvalidationKey> ahead = new HashSet<>();

    /** Not listed any more as it was unsubscribed: its end may have been on its way then. */
    final Set<InvalidationKey> leaving = new HashSet<>();

    /** What was owed at the last resume: it is sent again, before anything else of the space. */
    final Set<InvalidationKey> owed = new HashSet<>();
  }

  private final Ledger ledger;
  private final Map<Place, Position> positions = new HashMap<>();

  StreamChecker(Ledger ledger) {
    super(Promise.G7);
    this.ledger = ledger;
  }

  @Override
  void check(Fact fact) {
    switch (fact) {
      case Fact.InvalidateSent sent ->
          ledger.session(sent.session()).ifPresent(session -> checkBegin(session, sent));
      case Fact.UpdateAnswered answer ->
          ledger.session(answer.session()).ifPresent(session -> checkAnswer(session, answer));
      case Fact.EndSent sent -> checkEnd(sent);
      case Fact.CaughtUp caughtUp ->
          ledger.session(caughtUp.session()).ifPresent(session -> checkCaughtUp(session, caughtUp));
      case Fact.SessionResumed resumed ->
          ledger
              .session(resumed.session())
              .ifPresent(
                  session ->
                      resumed
                          .spaces()
                          .forEach(each -> checkResumed(session, each, resumed.timeNanos())));
      case Fact.ReleasedSent sent -> positions.remove(new Place(sent.session(), sent.space()));
      case Fact.LeaveReceived(var time, var session) ->
          ledger.session(session).ifPresent(one -> checkLeave(one, time));
      default -> {
        // Of other promises.
      }
    }
  }

  private Position position(long session, long space) {
    return positions.computeIfAbsent(new Place(session, space), place -> new Position());
  }

  private void checkBegin(KnownSession session, Fact.InvalidateSent sent) {
    InvalidationKey id = sent.id();
    Position position = position(session.id, id.space());
    KnownInvalidation one = ledger.invalidation(id).orElse(null);
    if (one == null || one.begun.pages() != sent.pages()) {
      violated(
          sent.timeNanos(),
          "session %d was sent %s over pages %s, which did not begin like that",
          session.id,
          id,
          PageMask.text(sent.pages()));
      return;
    }
    position.owed.remove(id);
    if (position.resumed.remove(id)) {
      position.sequence = Math.max(position.sequence, id.sequence());
      return;
    }
    if (!position.begun.add(id) || id.sequence() <= position.sequence) {
      violated(
          sent.timeNanos(),
          "session %d was sent %s after sequence %d",
          session.id,
          one,
          position.sequence);
      return;
    }
    checkNoneOwed(session.id, position, sent.timeNanos());
    checkNoGap(session, position, id, id.sequence() - 1, sent.timeNanos());
    if (!one.overlaps(session.subscribedAt(id.space(), id.sequence()))
        && !session.isUpdating(id.space())) {
      violated(
          sent.timeNanos(),
          "session %d was sent %s, and subscribes pages %s",
          session.id,
          one,
          PageMask.text(session.subscribedAt(id.space(), id.sequence())));
    }
    if (one.begun.owner() == session.id) {
      violated(sent.timeNanos(), "session %d was sent its own %s", session.id, one);
    }
    position.sequence = id.sequence();
  }

  /** What runs is listed; what is over and was not told was undone or ended meanwhile. */
  private void checkResumed(KnownSession session, Fact.Baseline baseline, long timeNanos) {
    Position position = position(session.id, baseline.space());
    position.owed.clear();
    // An update under way may have settled what was owed: then it is not told again.
    boolean isUpdating = session.isUpdating(baseline.space());
    for (InvalidationKey id : baseline.running()) {
      ledger
          .invalidation(id)
          .filter(one -> !isUpdating && one.isPending() && session.isConcerned(one))
          .filter(one -> !session.hasAcked(one, timeNanos, ledger.lateNanos()))
          .ifPresent(one -> position.owed.add(id));
    }
    position.ahead.clear();
    position.resumed.clear();
    position.resumed.addAll(baseline.running());
    position.begun.addAll(baseline.running());
    for (KnownInvalidation one :
        ledger.begun(baseline.space(), baseline.epoch(), 1, baseline.sequence())) {
      if (baseline.running().contains(one.id()) || one.begun.owner() == session.id) {
        continue;
      }
      if (!one.isRunning()) {
        position.begun.add(one.id());
        position.ended.add(one.id());
      } else if (isUpdating || !session.isConcerned(one)) {
        noteUnsubscribed(session, position, one);
      } else {
        violated(timeNanos, "session %d resumed and was not told that %s runs", session.id, one);
      }
    }
    // It stands for all events before it, also for one that an update under way unsubscribed.
    position.sequence = Math.max(position.sequence, baseline.sequence());
  }

  /** It stands for all events before it: what they change is in it, and what of them runs. */
  private void checkCaughtUp(KnownSession session, Fact.CaughtUp notice) {
    Fact.Baseline baseline = notice.baseline();
    Position position = position(session.id, baseline.space());
    boolean isUpdating = session.isUpdating(baseline.space());
    for (KnownInvalidation one :
        ledger.begun(baseline.space(), baseline.epoch(), 1, baseline.sequence())) {
      InvalidationKey id = one.id();
      if (one.begun.owner() == session.id) {
        continue;
      }
      long missed =
          one.begun.pages() & session.subscribedAt(id.space(), id.sequence()) & ~notice.changed();
      boolean isNew = !position.begun.contains(id) || position.owed.contains(id);
      if (missed != 0 && isNew && !isUpdating) {
        violated(
            notice.timeNanos(),
            "session %d was caught up to sequence %d without pages %s of %s",
            session.id,
            baseline.sequence(),
            PageMask.text(missed),
            one);
      }
      if (baseline.running().contains(id)) {
        position.begun.add(id);
      } else if (one.isRunning() && session.isConcerned(one) && !isUpdating) {
        violated(
            notice.timeNanos(),
            "session %d was caught up and not told that %s runs",
            session.id,
            one);
      } else {
        noteUnsubscribed(session, position, one);
        if (position.begun.contains(id) && position.ended.add(id)) {
          position.leaving.add(id);
        }
      }
    }
    position.resumed.clear();
    position.owed.clear();
    position.ahead.clear();
    position.sequence = Math.max(position.sequence, baseline.sequence());
  }

  private void checkNoneOwed(long session, Position position, long timeNanos) {
    for (InvalidationKey id : position.owed) {
      violated(timeNanos, "session %d resumed and was not told %s again", session, id);
    }
    position.owed.clear();
  }

  /** Of what a session unsubscribed the end may be told, also if it missed the begin. */
  private static void noteUnsubscribed(
      KnownSession session, Position position, KnownInvalidation one) {
    if (one.overlaps(session.subscribedAt(one.id().space(), one.id().sequence()))) {
      position.begun.add(one.id());
    }
  }

  /** Everything up to the sequence of the answer was sent before it, or is merged. */
  private void checkAnswer(KnownSession session, Fact.UpdateAnswered answer) {
    Fact.UpdateReceived update = session.lastUpdate;
    if (update == null || update.correlation() != answer.correlation()) {
      return;
    }
    Position position = position(session.id, update.space());
    InvalidationKey at = new InvalidationKey(update.space(), answer.epoch(), answer.sequence());
    for (KnownInvalidation one : missing(session, position, at, answer.sequence())) {
      position.ahead.add(one.id());
    }
    position.sequence = Math.max(position.sequence, answer.sequence());
    position.begun.addAll(answer.running());
  }

  private void checkNoGap(
      KnownSession session, Position position, InvalidationKey at, long high, long timeNanos) {
    for (KnownInvalidation one : missing(session, position, at, high)) {
      violated(timeNanos, "session %d was not sent %s before sequence %d", session.id, one, high);
    }
    for (InvalidationKey id : position.ahead) {
      violated(timeNanos, "session %d was not sent %s before sequence %d", session.id, id, high);
    }
    position.ahead.clear();
  }

  /** What the session had to be sent up to a sequence and was not. */
  private List<KnownInvalidation> missing(
      KnownSession session, Position position, InvalidationKey at, long high) {
    List<KnownInvalidation> missing = new ArrayList<>();
    for (KnownInvalidation one :
        ledger.begun(at.space(), at.epoch(), position.sequence + 1, high)) {
      if (one.begun.owner() != session.id
          && one.overlaps(session.subscribedAt(at.space(), one.id().sequence()))
          && !position.begun.contains(one.id())) {
        missing.add(one);
      }
    }
    return missing;
  }

  private void checkEnd(Fact.EndSent sent) {
    InvalidationKey id = sent.id();
    Position position = position(sent.session(), id.space());
    if (position.leaving.remove(id)) {
      return;
    }
    if (position.owed.contains(id)) {
      checkNoneOwed(sent.session(), position, sent.timeNanos());
    }
    boolean isRunning = ledger.invalidation(id).map(KnownInvalidation::isRunning).orElse(false);
    if (isRunning) {
      violated(
          sent.timeNanos(), "session %d was sent the end of %s, which runs", sent.session(), id);
    }
    if (!position.begun.contains(id)) {
      violated(
          sent.timeNanos(),
          "session %d was sent the end of %s before its begin",
          sent.session(),
          id);
    }
    if (!position.ended.add(id)) {
      violated(sent.timeNanos(), "session %d was sent the end of %s twice", sent.session(), id);
    }
  }

  /** Whoever leaves in order has been sent everything but the latest. */
  private void checkLeave(KnownSession session, long timeNanos) {
    if (session.isStreamOver || session.isEvicted) {
      return;
    }
    long before = timeNanos - LATE_NANOS_MAX - ledger.pausedNanos();
    positions.forEach(
        (place, position) -> {
          if (place.session() == session.id) {
            for (InvalidationKey id : position.ahead) {
              if (ledger
                  .invalidation(id)
                  .filter(one -> one.begun.timeNanos() < before)
                  .isPresent()) {
                violated(timeNanos, "session %d was not sent %s", session.id, id);
              }
            }
            for (InvalidationKey id : position.begun) {
              boolean isEnded =
                  ledger
                      .invalidation(id)
                      .filter(one -> one.ended != null && one.overNanos < before)
                      .isPresent();
              if (isEnded && !position.ended.contains(id)) {
                violated(timeNanos, "session %d was not sent the end of %s", session.id, id);
              }
            }
          }
        });
  }
}
