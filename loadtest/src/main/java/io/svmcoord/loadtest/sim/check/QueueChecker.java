package io.svmcoord.loadtest.sim.check;

/**
 * G11: what waits for one stream is bounded, however slow its client is, and a member of a gateway
 * is sent no more than its client takes.
 */
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
    } else if (fact instanceof Fact.MemberTold(var time, var member, var told, var granted)
        && told > granted) {
      violated(
          time,
          "member %d of a gateway was sent %d messages (expected: at most %d, its credit)",
          member,
          told,
          granted);
    }
  }
}
