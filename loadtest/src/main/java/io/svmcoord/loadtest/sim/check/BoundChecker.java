package io.svmcoord.loadtest.sim.check;

/** G2: every begin finishes within its bound, and at rest nothing is left over. */
final class BoundChecker extends Checker {
  private final Ledger ledger;

  BoundChecker(Ledger ledger) {
    super(Promise.G2);
    this.ledger = ledger;
  }

  @Override
  void check(Fact fact) {
    switch (fact) {
      case Fact.Completed completed ->
          ledger.invalidation(completed.id()).ifPresent(one -> checkTime(one, completed));
      case Fact.AtRest rest -> checkRest(rest);
      case Fact.StuckAtRest(var time, var client, var what) ->
          violated(time, "%s %s", client, what);
      default -> {
        // Of other promises.
      }
    }
  }

  private void checkTime(KnownInvalidation one, Fact.Completed completed) {
    long elapsed =
        completed.timeNanos()
            - one.begun.timeNanos()
            - (ledger.pausedNanos() - one.pausedBeforeNanos);
    Limits limits = ledger.limits();
    long max =
        one.begun.isNonBlockable()
            ? limits.longest(limits.nonBlockableNanosMax())
            : limits.beginNanosMax();
    if (elapsed > max) {
      violated(
          completed.timeNanos(),
          "begin of %s took %s (expected: at most %s)",
          one,
          millis(elapsed),
          millis(max));
    }
  }

  private void checkRest(Fact.AtRest rest) {
    for (KnownInvalidation one : ledger.running()) {
      violated(
          rest.timeNanos(),
          "%s %s for ever, since %s",
          one,
          one.isPending() ? "is pending" : "runs",
          millis(one.begun.timeNanos()));
    }
    if (rest.running() > 0 || rest.waitingReaders() > 0) {
      violated(
          rest.timeNanos(),
          "at rest %d invalidations run and %d readers wait (expected: none)",
          rest.running(),
          rest.waitingReaders());
    }
  }
}
