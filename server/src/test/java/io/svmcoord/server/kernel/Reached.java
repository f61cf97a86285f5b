package io.svmcoord.server.kernel;

import java.util.Set;
import java.util.TreeSet;

/** Notes which outcomes random histories reach: a promise is only tested where it is at stake. */
final class Reached implements KernelObserver {
  static final String[] EXPECTED = {
    "begin OK",
    "begin WOULD_BLOCK",
    "begin CANCELLED",
    "begin of nobody",
    "begin of several",
    "RELEASE OK",
    "ignored NOT_OWED",
    "ignored STALE_EPOCH",
    "ignored UNKNOWN_SPACE",
    "ignored SESSION_NOT_ACTIVE",
    "end ENDED",
    "end NOT_RUNNING",
    "end FORCE_ENDED",
    "force-ended",
    "evicted OPERATOR",
    "evicted ACK_DEADLINE_MISSED",
    "evicted REFUSED_BLOCKABLE",
    "evicted HANDLER_FAILED",
    "evicted SLOW_CONSUMER",
    "expired DEVICE",
    "expired HOST",
    "resume RESUMED",
    "resume SUPERSEDED",
    "resume REFUSED",
    "resync",
    "over DETACHED",
    "over REPLACED",
    "over LEASE_EXPIRED",
    "reader went at once",
    "reader waited",
    "begin postponed",
    "reservation RETURNED",
    "reservation RAN_OUT",
    "reservation SPACE_RELEASED",
    "reservation NOT_MADE",
    "retry VALID",
    "retry INVALIDATED",
    "retry SPACE_GONE",
  };

  private final Set<String> outcomes = new TreeSet<>();

  Set<String> outcomes() {
    return outcomes;
  }

  @Override
  public void begun(Invalidation invalidation, SessionId host, SessionId owner, int width) {
    outcomes.add(width == 0 ? "begin of nobody" : width > 1 ? "begin of several" : "begin of one");
  }

  @Override
  public void completed(
      Invalidation invalidation, BeginOutcome outcome, int width, long latencyNanos) {
    outcomes.add(
        (invalidation.event() == InvalidationEvent.RELEASE ? "RELEASE " : "begin ") + outcome);
  }

  @Override
  public void ackIgnored(AckResult.Ignored reason) {
    outcomes.add("ignored " + reason);
  }

  @Override
  public void endAnswered(EndResult result) {
    outcomes.add("end " + result);
  }

  @Override
  public void ended(Invalidation invalidation, boolean isForced, long endSequence) {
    if (isForced) {
      outcomes.add("force-ended");
    }
  }

  @Override
  public void sessionEvicted(SessionId session, SessionRole role, EndCause cause) {
    outcomes.add("evicted " + cause);
  }

  @Override
  public void resumeAnswered(ResumeOutcome outcome) {
    outcomes.add("resume " + outcome);
  }

  @Override
  public void resyncRequired() {
    outcomes.add("resync");
  }

  @Override
  public void leaseExpired(SessionId session, SessionRole role) {
    outcomes.add("expired " + role);
  }

  @Override
  public void sessionOver(SessionId session, SessionRole role, EndCause cause) {
    outcomes.add("over " + cause);
  }

  @Override
  public void readerReady(long waitedNanos) {
    outcomes.add(waitedNanos == 0 ? "reader went at once" : "reader waited");
  }

  @Override
  public void readChecked(RetryResult result) {
    outcomes.add("retry " + result);
  }

  @Override
  public void reservationOver(ReservationOutcome outcome) {
    outcomes.add("reservation " + outcome);
  }

  @Override
  public void beginPostponed(long nanos) {
    outcomes.add("begin postponed");
  }

  @Override
  public void callbackFailed(RuntimeException failure) {
    throw new AssertionError("a callback failed", failure);
  }
}
