package io.svmcoord.loadtest.sim.check;

/**
 * G1: no device uses a page that was changed since it was mapped, no token validates one, and no
 * begin is through while a device may use its pages.
 */
final class SafetyChecker extends Checker {
  private final Ledger ledger;

  SafetyChecker(Ledger ledger) {
    super(Promise.G1);
    this.ledger = ledger;
  }

  @Override
  void check(Fact fact) {
    switch (fact) {
      case Fact.PageUsed used -> checkUse(used);
      case Fact.Completed completed -> checkNobodyUses(completed);
      case Fact.UpdateAnswered answer -> checkListed(answer);
      case Fact.TokenGiven token -> checkGiven(token);
      case Fact.TokenChecked token -> checkValid(token);
      default -> {
        // Of other promises.
      }
    }
  }

  private void checkUse(Fact.PageUsed used) {
    if (used.version() != used.actualVersion()) {
      violated(
          used.timeNanos(),
          "stale page: %s used page %d of space %d as version %d, it was version %d",
          used.client(),
          used.page(),
          used.space(),
          used.version(),
          used.actualVersion());
    }
  }

  /** Each device that had subscribed pages of it has acked, unsubscribed, left, or is fenced. */
  private void checkNobodyUses(Fact.Completed completed) {
    KnownInvalidation one = ledger.invalidation(completed.id()).orElse(null);
    if (one == null || completed.outcome() != Fact.Outcome.OK) {
      return;
    }
    InvalidationKey id = completed.id();
    if (!one.begun.isRelease() && ledger.isReleased(id.space())) {
      return; // Its devices drop everything for the release.
    }
    for (KnownSession session : ledger.sessions()) {
      boolean isConcerned =
          session.mayUse() && session.id != one.begun.owner() && session.isConcerned(one);
      if (isConcerned
          && !session.hasAcked(one, completed.timeNanos(), ledger.lateNanos())
          && !session.isUpdating(id.space())) {
        violated(
            completed.timeNanos(),
            "begin of %s was through, but session %d has not acked and its lease runs",
            one,
            session.id);
      }
    }
  }

  /** Races R6 and R7: the answer to a subscription lists what runs over it. */
  private void checkListed(Fact.UpdateAnswered answer) {
    KnownSession session = ledger.session(answer.session()).orElse(null);
    Fact.UpdateReceived update = session == null ? null : session.lastUpdate;
    if (update == null || update.correlation() != answer.correlation()) {
      return;
    }
    long added = 0;
    for (long pages : update.added().values()) {
      added |= pages;
    }
    for (KnownInvalidation one : ledger.running()) {
      InvalidationKey id = one.id();
      if (id.space() == update.space()
          && id.epoch() == answer.epoch()
          && id.sequence() <= answer.sequence()
          && one.overlaps(added)
          && one.begun.owner() != answer.session()
          && !answer.running().contains(id)) {
        violated(
            answer.timeNanos(),
            "session %d subscribed pages %s and was not told that %s runs",
            answer.session(),
            PageMask.text(added),
            one);
      }
    }
  }

  private void checkGiven(Fact.TokenGiven token) {
    for (KnownInvalidation one : ledger.running()) {
      InvalidationKey id = one.id();
      if (id.space() == token.space()
          && id.epoch() == token.epoch()
          && id.sequence() <= token.sequence()
          && one.overlaps(token.pages())) {
        violated(
            token.timeNanos(),
            "a token of sequence %d was given for pages %s while %s runs",
            token.sequence(),
            PageMask.text(token.pages()),
            one);
      }
    }
  }

  private void checkValid(Fact.TokenChecked token) {
    if (token.result() != Fact.Retry.VALID) {
      return;
    }
    for (KnownInvalidation one : ledger.begun(token.space(), token.epoch(), 1, Long.MAX_VALUE)) {
      boolean isBegun =
          one.id().sequence() > token.sequence() && one.begun.timeNanos() < token.receivedNanos();
      Fact.Ended ended = one.ended;
      boolean isEndedByForce =
          ended != null
              && ended.endSequence() > token.sequence()
              && ended.timeNanos() < token.receivedNanos();
      if (one.overlaps(token.pages()) && (isBegun || isEndedByForce)) {
        violated(
            token.timeNanos(),
            "a token of sequence %d for pages %s was VALID after %s",
            token.sequence(),
            PageMask.text(token.pages()),
            one);
      }
    }
  }
}
