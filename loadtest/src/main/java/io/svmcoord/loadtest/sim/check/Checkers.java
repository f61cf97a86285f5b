package io.svmcoord.loadtest.sim.check;

import java.util.Comparator;
import java.util.List;

/** The ledger and one checker for each promise. Confined to the run. */
public final class Checkers {
  private final Ledger ledger;
  private final List<Checker> all;

  /** Checkers of a run that keeps to these limits. */
  public Checkers(Limits limits) {
    ledger = new Ledger(limits);
    all =
        List.of(
            new SafetyChecker(ledger),
            new BoundChecker(ledger),
            new WaitChecker(ledger),
            new LeaseChecker(ledger),
            new EpochChecker(ledger),
            new AckChecker(ledger),
            new StreamChecker(ledger),
            new RepeatChecker(ledger),
            new OrphanChecker(ledger),
            new QueueChecker());
  }

  /** Takes the next fact. */
  public void accept(Fact fact) {
    ledger.apply(fact);
    for (Checker checker : all) {
      checker.check(fact);
    }
    if (fact instanceof Fact.Completed completed) {
      releaseCompleted(completed);
    }
  }

  /** With the end of its RELEASE a space is gone, and what ran in it. */
  private void releaseCompleted(Fact.Completed completed) {
    ledger
        .invalidation(completed.id())
        .filter(one -> one.begun.isRelease())
        .ifPresent(one -> ledger.spaceGone(completed.id().space(), completed.timeNanos()));
  }

  /** What was broken so far, the first first. */
  public List<Violation> violations() {
    return all.stream()
        .flatMap(checker -> checker.violations().stream())
        .sorted(Comparator.comparingLong(Violation::timeNanos))
        .toList();
  }
}
