package io.svmcoord.loadtest.sim.check;

/** G4: when a device's lease counts as over, the device has fenced itself. */
final class LeaseChecker extends Checker {
  private final Ledger ledger;

  LeaseChecker(Ledger ledger) {
    super(Promise.G4);
    this.ledger = ledger;
  }

  @Override
  void check(Fact fact) {
    if (fact instanceof Fact.LeaseOver(var time, var session, var left)
        && left > 0
        && ledger.session(session).filter(one -> !one.isHost).isPresent()) {
      violated(
          time,
          "the lease of session %d counts as over, its device has %s left",
          session,
          millis(left));
    }
  }
}
