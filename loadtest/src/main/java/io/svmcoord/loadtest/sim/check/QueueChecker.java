package io.svmcoord.loadtest.sim.check;

/** G11: what waits for one stream is bounded, however slow its client is. */
final class QueueChecker extends Checker {
  private long reported;

  QueueChecker() {
    super(Promise.G11);
  }

  @Override
  void check(Fact fact) {
    if (fact instanceof Fact.EventsWaited(var time, var most, var limit)
        && most > Math.max(limit, reported)) {
      reported = most;
      violated(time, "%d events waited for one stream (expected: at most %d)", most, limit);
    }
  }
}
