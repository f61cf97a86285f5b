package io.svmcoord.loadtest.sim.check;

import java.util.HashSet;
import java.util.Set;

/** G6: an ack counts once, for its own session alone, and never for one that is put out. */
final class AckChecker extends Checker {
  private record Counted(long session, InvalidationKey id) {}

  private final Ledger ledger;
  private final Set<Counted> counted = new HashSet<>();

  AckChecker(Ledger ledger) {
    super(Promise.G6);
    this.ledger = ledger;
  }

  @Override
  void check(Fact fact) {
    switch (fact) {
      case Fact.AckCounted ack ->
          ledger.session(ack.session()).ifPresent(session -> checkCounted(session, ack));
      case Fact.SessionEvicted evicted when evicted.isSilent() ->
          ledger.session(evicted.session()).ifPresent(one -> checkOwes(one, evicted.timeNanos()));
      case Fact.LeaseOver over ->
          ledger.session(over.session()).ifPresent(one -> checkNotRenewed(one, over.timeNanos()));
      default -> {
        // Of other promises.
      }
    }
  }

  private void checkCounted(KnownSession session, Fact.AckCounted ack) {
    boolean wasSent =
        ledger
            .invalidation(ack.id())
            .filter(one -> session.hasAcked(one, ack.timeNanos(), ledger.lateNanos()))
            .isPresent();
    if (!wasSent) {
      violated(
          ack.timeNanos(),
          "an ack of %s counted for session %d, which sent none",
          ack.id(),
          session.id);
    }
    if (!counted.add(new Counted(session.id, ack.id()))) {
      violated(ack.timeNanos(), "the ack of %s by session %d counted twice", ack.id(), session.id);
    }
    if (session.isEvicted || session.isLeaseOver || session.isOver) {
      violated(
          ack.timeNanos(),
          "a late ack of %s counted for session %d, put out",
          ack.id(),
          session.id);
    }
  }

  /** Who missed an ack deadline owes an ack. */
  private void checkOwes(KnownSession session, long timeNanos) {
    // What has just arrived may wait for the kernel's loop.
    long handledNanos = timeNanos - ledger.lateNanos();
    for (KnownInvalidation one : ledger.running()) {
      InvalidationKey id = one.id();
      boolean mayOwe =
          session.isUpdating(id.space())
              || (one.isPending()
                  && !session.hasAcked(one, handledNanos, 0)
                  && session.isConcerned(one));
      if (mayOwe) {
        return;
      }
    }
    violated(timeNanos, "session %d was evicted for an ack, and owed none", session.id);
  }

  private void checkNotRenewed(KnownSession session, long timeNanos) {
    Limits limits = ledger.limits();
    long max = limits.longest(limits.leaseNanosMax()) + ledger.pausedNanos();
    if (session.isEvicted && timeNanos - session.evictedNanos > max) {
      violated(
          timeNanos,
          "session %d was put out %s ago, its lease ends now (expected: not renewed)",
          session.id,
          millis(timeNanos - session.evictedNanos));
    }
  }
}
