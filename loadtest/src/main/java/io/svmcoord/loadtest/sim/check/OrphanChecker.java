package io.svmcoord.loadtest.sim.check;

import java.util.Collection;

/**
 * G9: what a host holds stays invalid until the host ends it or its lease is certainly over; then
 * it is ended by force, with a new sequence, and everybody is told.
 */
final class OrphanChecker extends Checker {
  private final Ledger ledger;

  OrphanChecker(Ledger ledger) {
    super(Promise.G9);
    this.ledger = ledger;
  }

  @Override
  void check(Fact fact) {
    switch (fact) {
      case Fact.Ended ended ->
          ledger.invalidation(ended.id()).ifPresent(one -> checkEnd(one, ended));
      case Fact.LeaseOver(var time, var session, var left) -> {
        if (left > 0 && ledger.session(session).filter(one -> one.isHost).isPresent()) {
          violated(
              time,
              "the lease of session %d counts as over, its host has %s",
              session,
              millis(left));
        }
      }
      case Fact.EndSent sent ->
          ledger.invalidation(sent.id()).ifPresent(one -> checkTold(one, sent));
      case Fact.EndAnswered answer ->
          ledger.invalidation(answer.id()).ifPresent(one -> checkAnswer(one, answer));
      case Fact.PagesChanged changed ->
          ledger.invalidation(changed.id()).ifPresent(one -> checkChange(one, changed));
      case Fact.HeldAfterForcedEnd(var time, var id) ->
          violated(time, "%s was ended by force, and its host still held it", id);
      case Fact.AtRest rest -> checkRest(rest);
      default -> {
        // Of other promises.
      }
    }
  }

  private void checkEnd(KnownInvalidation one, Fact.Ended ended) {
    KnownSession host = ledger.session(one.begun.host()).orElse(null);
    if (host == null) {
      return;
    }
    if (!ended.isForced()) {
      boolean isAsked =
          one.isEndAsked || host.hasLeft || host.cancelReceivedNanos >= one.begun.timeNanos();
      if (one.isHeld() && !isAsked) {
        violated(ended.timeNanos(), "%s was ended, and its host had not asked for it", one);
      }
      return;
    }
    if (!host.isLeaseOver) {
      violated(ended.timeNanos(), "%s was ended by force while the lease of its host runs", one);
    }
    Collection<KnownInvalidation> later =
        ledger.begun(one.id().space(), one.id().epoch(), ended.endSequence(), Long.MAX_VALUE);
    if (ended.endSequence() <= one.id().sequence() || !later.isEmpty()) {
      violated(
          ended.timeNanos(),
          "the forced end of %s took sequence %d (expected: a new one)",
          one,
          ended.endSequence());
    }
  }

  private void checkTold(KnownInvalidation one, Fact.EndSent sent) {
    Fact.Ended ended = one.ended;
    if (ended == null) {
      return;
    }
    if (sent.isForced() != ended.isForced() || sent.endSequence() != ended.endSequence()) {
      violated(
          sent.timeNanos(),
          "session %d was told that %s ended with forced %s and sequence %d (expected: %s, %d)",
          sent.session(),
          one,
          sent.isForced(),
          sent.endSequence(),
          ended.isForced(),
          ended.endSequence());
    }
  }

  private void checkAnswer(KnownInvalidation one, Fact.EndAnswered answer) {
    if (one.ended != null
        && ledger.isOfTerm(answer.id())
        && one.isForced() != answer.isForceEnded()) {
      violated(
          answer.timeNanos(),
          "the end of %s was answered with force_ended %s",
          one,
          answer.isForceEnded());
    }
  }

  /** A host changes pages while it holds them, and at no other time. */
  private void checkChange(KnownInvalidation one, Fact.PagesChanged changed) {
    boolean isCovered = one.isHeld() && (one.isRunning() || one.isForgotten);
    if (!isCovered || (changed.pages() & ~one.begun.pages()) != 0) {
      violated(
          changed.timeNanos(),
          "pages %s of space %d were changed under %s, which is %s",
          PageMask.text(changed.pages()),
          changed.space(),
          one,
          one.isRunning() ? "not through" : "over");
    }
  }

  private void checkRest(Fact.AtRest rest) {
    for (KnownInvalidation one : ledger.running()) {
      if (ledger.session(one.begun.host()).map(host -> host.isOver).orElse(false)) {
        violated(rest.timeNanos(), "%s outlived its host", one);
      }
    }
  }
}
