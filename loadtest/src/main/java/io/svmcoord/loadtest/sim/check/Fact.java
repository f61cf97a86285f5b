package io.svmcoord.loadtest.sim.check;

import java.util.List;
import java.util.Map;

/**
 * Something that happened in a simulated run. Facts are told in the order in which they happened;
 * {@code timeNanos} is the simulated time, which no process knows. Pages are {@link PageMask}s. A
 * {@code session} is a session id, which is unique over all restarts of the coordinator; 0 is none.
 * All are immutable.
 */
public sealed interface Fact {
  /** Simulated time. */
  long timeNanos();

  // What the coordinator's kernel says, at the instant of the change.

  /** A coordinator began its term. */
  record CoordinatorStarted(long timeNanos, long incarnation, long epoch) implements Fact {}

  /** The coordinator's process was killed: what ran in it is not known any more. */
  record CoordinatorCrashed(long timeNanos) implements Fact {}

  /** The coordinator's process stood still for so long, from now on. */
  record CoordinatorPaused(long timeNanos, long nanos) implements Fact {}

  /** A begin took its sequence. */
  record Begun(
      long timeNanos,
      InvalidationKey id,
      long pages,
      boolean isNonBlockable,
      boolean isRelease,
      long host,
      long owner)
      implements Fact {}

  /** How a begin finished. */
  enum Outcome {
    /** The host may change the pages. */
    OK,
    /** Undone: a device would have had to wait. */
    WOULD_BLOCK,
    /** Undone: taken back, or its host is gone. */
    CANCELLED
  }

  /** A begin finished. */
  record Completed(long timeNanos, InvalidationKey id, Outcome outcome) implements Fact {}

  /** An invalidation ended; {@code endSequence} is that of a forced end, else 0. */
  record Ended(long timeNanos, InvalidationKey id, boolean isForced, long endSequence)
      implements Fact {}

  /**
   * How many events waited for one stream at once, the most since the coordinator's start.
   *
   * @param limit past which they are merged, so that they don't wait as such
   */
  record EventsWaited(long timeNanos, long most, long limit) implements Fact {}

  /** An ack was counted. */
  record AckCounted(long timeNanos, long session, InvalidationKey id) implements Fact {}

  /** A session was opened. */
  record SessionOpened(long timeNanos, long session, boolean isHost) implements Fact {}

  /** A session was put out; {@code isSilent} if because it missed an ack deadline. */
  record SessionEvicted(long timeNanos, long session, boolean isSilent) implements Fact {}

  /**
   * A session's lease counts as over.
   *
   * @param holderLeftNanos what its holder has left of it by its own clock at this instant; 0 if
   *     its process is dead or the session is not its current one
   */
  record LeaseOver(long timeNanos, long session, long holderLeftNanos) implements Fact {}

  /** A session is over, for whichever reason. */
  record SessionOver(long timeNanos, long session) implements Fact {}

  // What passes the coordinator's edge.

  /** A device's acks arrived. */
  record AckReceived(long timeNanos, long session, InvalidationKey id, boolean isAllUpTo)
      implements Fact {}

  /** A device's change of its subscriptions arrived. */
  record UpdateReceived(
      long timeNanos,
      long session,
      long correlation,
      long space,
      List<Long> removed,
      Map<Long, Long> added)
      implements Fact {}

  /** A session said goodbye, or another one came in its place. */
  record LeaveReceived(long timeNanos, long session) implements Fact {}

  /** An end arrived, by whichever call. */
  record EndReceived(long timeNanos, InvalidationKey id) implements Fact {}

  /** A host took a begin back. */
  record CancelReceived(long timeNanos, long session) implements Fact {}

  /** A change of subscriptions was answered. */
  record UpdateAnswered(
      long timeNanos,
      long session,
      long correlation,
      long epoch,
      long sequence,
      List<InvalidationKey> running)
      implements Fact {}

  /** A change of subscriptions was refused. */
  record UpdateRefused(long timeNanos, long session, long correlation) implements Fact {}

  /** A device was sent a begin. */
  record InvalidateSent(long timeNanos, long session, InvalidationKey id, long pages)
      implements Fact {}

  /** A device was sent an end. */
  record EndSent(
      long timeNanos, long session, InvalidationKey id, boolean isForced, long endSequence)
      implements Fact {}

  /** A device was sent the release of a space. */
  record ReleasedSent(long timeNanos, long session, long space) implements Fact {}

  /**
   * Where a space stands for a session that resumes.
   *
   * @param sequence the sequence that it took last
   * @param running what runs over the session's subscriptions
   */
  record Baseline(long space, long epoch, long sequence, List<InvalidationKey> running) {}

  /** A device was told that its session goes on over another stream. */
  record SessionResumed(long timeNanos, long session, List<Baseline> spaces) implements Fact {}

  /**
   * A device was told where a space stands, in place of the events before.
   *
   * @param changed the pages that they changed; all if it was told everything
   */
  record CaughtUp(long timeNanos, long session, Baseline baseline, long changed) implements Fact {}

  /**
   * A member of a gateway was sent a message.
   *
   * @param told how many it was sent, with this one
   * @param granted for how many its client had given it credit by then
   */
  record MemberTold(long timeNanos, int member, long told, long granted) implements Fact {}

  /** A session's stream is over at the coordinator: nothing more is sent on it. */
  record StreamOver(long timeNanos, long session) implements Fact {}

  /** An end was answered, on whichever way. */
  record EndAnswered(long timeNanos, InvalidationKey id, boolean isForceEnded) implements Fact {}

  /** A mapper's read_begin was answered with a token. */
  record TokenGiven(
      long timeNanos,
      long receivedNanos,
      long space,
      long incarnation,
      long epoch,
      long sequence,
      long pages)
      implements Fact {}

  /** A mapper's read_begin is over without a token: it gave up, or was refused. */
  record TokenNotGiven(long timeNanos, long receivedNanos, long space, long pages)
      implements Fact {}

  /** What a read_retry says. */
  enum Retry {
    /** The pages are right. */
    VALID,
    /** An invalidation began. */
    INVALIDATED,
    /** Another epoch. */
    STALE_EPOCH,
    /** Another incarnation. */
    NEW_INCARNATION,
    /** The space is gone. */
    SPACE_GONE,
    /** The device's session was lost. */
    FENCED
  }

  /** A mapper's read_retry was answered. */
  record TokenChecked(
      long timeNanos,
      long receivedNanos,
      long space,
      long incarnation,
      long epoch,
      long sequence,
      long pages,
      Retry result)
      implements Fact {}

  // What clients do and see.

  /** A host changed pages: they have this version from now on. */
  record PagesChanged(long timeNanos, long space, long pages, long version, InvalidationKey id)
      implements Fact {}

  /**
   * A page was used by a client that had the right to trust it: a device in a batch that returned
   * normally, or a mapper whose token was VALID afterwards.
   *
   * @param timeNanos time of the use; for a mapper that of the sending of read_retry
   * @param version what the client took the page for
   * @param actualVersion what it was at that instant
   */
  record PageUsed(
      long timeNanos, String client, long space, int page, long version, long actualVersion)
      implements Fact {}

  /** A device used a page in one session that it had mapped in another. */
  record MappingSurvived(
      long timeNanos, String client, int page, long mappedSession, long usedSession)
      implements Fact {}

  /** A device's stream was opened: what ran on the one before is not told any more. */
  record DeviceOpened(long timeNanos, String device) implements Fact {}

  /**
   * A device's session goes on over another stream. What ran on the one before and is not listed
   * has ended: the device takes that for an end by force.
   */
  record DeviceResumed(long timeNanos, String device, List<InvalidationKey> running)
      implements Fact {}

  /**
   * A device was told where a space stands, in place of events: {@code changed} pages of it
   * changed, and what ran there and is not listed has ended.
   */
  record DeviceCaughtUp(
      long timeNanos, String device, long space, long changed, List<InvalidationKey> running)
      implements Fact {}

  /** A begin or, with {@code isListed}, a running invalidation reached a device. */
  record BeginDelivered(
      long timeNanos, String device, InvalidationKey id, long pages, boolean isListed)
      implements Fact {}

  /** An end reached a device. */
  record EndDelivered(long timeNanos, String device, InvalidationKey id, boolean isForced)
      implements Fact {}

  /**
   * From now on a device may be late or make its readers wait for a reason of its own: a handler or
   * batch runs, its process stands still; with {@code isSubscribing}: it has lost its
   * subscriptions, or changes them.
   */
  record BusyBegan(long timeNanos, String device, boolean isSubscribing) implements Fact {}

  /** One such reason ended. */
  record BusyEnded(long timeNanos, String device, boolean isSubscribing) implements Fact {}

  /** A device's reader was in read_begin from {@code fromNanos} until now. */
  record ReaderWaited(long timeNanos, long fromNanos, String device, long space, long pages)
      implements Fact {}

  /** A device's read_retry for a token that it got at {@code tokenNanos}. */
  record ReaderChecked(
      long timeNanos, long tokenNanos, String device, long space, long pages, Retry result)
      implements Fact {}

  /** A host was told that its begin is through. */
  record BeginAnswered(long timeNanos, InvalidationKey id, String requestId) implements Fact {}

  /** A host's end failed for another reason than a lost connection or a missing answer. */
  record EndFailed(long timeNanos, InvalidationKey id, String reason) implements Fact {}

  /** A host found its invalidation still held when the coordinator had ended it by force. */
  record HeldAfterForcedEnd(long timeNanos, InvalidationKey id) implements Fact {}

  /** Everything has come to rest, faults are healed and the time of every bound is over. */
  record AtRest(long timeNanos, int running, int waitingReaders) implements Fact {}

  /** At rest, a living client could still not do what it is there for. */
  record StuckAtRest(long timeNanos, String client, String what) implements Fact {}
}
