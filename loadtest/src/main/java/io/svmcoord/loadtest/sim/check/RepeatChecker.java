package io.svmcoord.loadtest.sim.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** G8: the same request id is one invalidation while it runs, and ends may be repeated. */
final class RepeatChecker extends Checker {
  private final Ledger ledger;
  private final Map<String, List<KnownInvalidation>> byRequestId = new HashMap<>();
  private final Map<InvalidationKey, Boolean> endAnswers = new HashMap<>();

  RepeatChecker(Ledger ledger) {
    super(Promise.G8);
    this.ledger = ledger;
  }

  @Override
  void check(Fact fact) {
    switch (fact) {
      case Fact.BeginAnswered answered when !answered.requestId().isEmpty() ->
          ledger.invalidation(answered.id()).ifPresent(one -> checkOne(one, answered));
      case Fact.EndFailed(var time, var id, var reason) ->
          violated(time, "the end of %s failed: %s", id, reason);
      case Fact.EndAnswered answer -> checkAnswer(answer);
      default -> {
        // Of other promises.
      }
    }
  }

  private void checkOne(KnownInvalidation one, Fact.BeginAnswered answered) {
    List<KnownInvalidation> same =
        byRequestId.computeIfAbsent(answered.requestId(), id -> new ArrayList<>());
    for (KnownInvalidation other : same) {
      boolean areTogether =
          other.overNanos > one.begun.timeNanos() && one.overNanos > other.begun.timeNanos();
      if (other != one && areTogether) {
        violated(
            answered.timeNanos(),
            "request id %s is both %s and %s",
            answered.requestId(),
            other,
            one);
      }
    }
    if (!same.contains(one)) {
      same.add(one);
    }
  }

  private void checkAnswer(Fact.EndAnswered answer) {
    if (!ledger.isOfTerm(answer.id())) {
      return; // A restarted coordinator can't know, and says what is safe.
    }
    Boolean before = endAnswers.putIfAbsent(answer.id(), answer.isForceEnded());
    boolean isForgotten = ledger.invalidation(answer.id()).map(one -> one.isForgotten).orElse(true);
    if (before != null && before != answer.isForceEnded() && !isForgotten) {
      violated(
          answer.timeNanos(),
          "the repeated end of %s was answered with force_ended %s, before with %s",
          answer.id(),
          answer.isForceEnded(),
          before);
    }
  }
}
