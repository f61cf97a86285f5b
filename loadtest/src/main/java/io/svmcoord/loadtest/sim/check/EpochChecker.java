package io.svmcoord.loadtest.sim.check;

import java.util.HashMap;
import java.util.Map;

/** G5: what carries another epoch or incarnation changes nothing and is told apart. */
final class EpochChecker extends Checker {
  private final Ledger ledger;

  /** Highest epoch of each incarnation. */
  private final Map<Long, Long> epochs = new HashMap<>();

  EpochChecker(Ledger ledger) {
    super(Promise.G5);
    this.ledger = ledger;
  }

  @Override
  void check(Fact fact) {
    switch (fact) {
      case Fact.CoordinatorStarted(var time, var incarnation, var epoch) -> {
        Long before = epochs.put(incarnation, epoch);
        if (before != null && before >= epoch) {
          violated(time, "the coordinator came back with epoch %d after %d", epoch, before);
        }
      }
      case Fact.TokenChecked token -> checkToken(token);
      case Fact.AckCounted(var time, var session, var id) ->
          checkEpoch(time, "an ack of session %d".formatted(session), id);
      case Fact.InvalidateSent(var time, var session, var id, var pages) ->
          checkEpoch(time, "an event to session %d".formatted(session), id);
      case Fact.MappingSurvived survived ->
          violated(
              survived.timeNanos(),
              "%s used page %d in session %d and had mapped it in session %d",
              survived.client(),
              survived.page(),
              survived.usedSession(),
              survived.mappedSession());
      default -> {
        // Of other promises.
      }
    }
  }

  private void checkEpoch(long time, String what, InvalidationKey id) {
    long epoch = ledger.term().map(Fact.CoordinatorStarted::epoch).orElse(id.epoch());
    if (epoch != id.epoch()) {
      violated(time, "%s is of %s, the epoch is %d", what, id, epoch);
    }
  }

  private void checkToken(Fact.TokenChecked token) {
    Fact.CoordinatorStarted term = ledger.term().orElse(null);
    if (term == null) {
      return;
    }
    boolean isKnown = term.incarnation() == token.incarnation();
    boolean isCurrent = isKnown && term.epoch() == token.epoch();
    boolean isRight =
        switch (token.result()) {
          case VALID, INVALIDATED -> isCurrent;
          case STALE_EPOCH -> !isCurrent;
          case NEW_INCARNATION -> !isKnown;
          case SPACE_GONE -> !isCurrent || ledger.isReleased(token.space());
          case FENCED -> false;
        };
    if (!isRight) {
      violated(
          token.timeNanos(),
          "a token of epoch %d of incarnation %d was %s, the epoch is %d of incarnation %d",
          token.epoch(),
          token.incarnation(),
          token.result(),
          term.epoch(),
          term.incarnation());
    }
  }
}
