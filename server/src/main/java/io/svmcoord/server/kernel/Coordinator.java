package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;
import java.util.List;
import java.util.Optional;

/**
 * The coordinator: every rule of the contract, for all spaces and sessions of one node.
 *
 * <p>Each input is a method; {@code nowNanos} is the time of the input on one monotonic clock that
 * may wrap (only differences count). Each output goes to an outlet, a callback or the observer.
 * Nothing blocks.
 *
 * <p>Outlets and callbacks are called at the end of the input that caused them, in order, when the
 * state is consistent. They may call inputs: such a call takes effect at once, and its own outputs
 * follow those that wait. The observer and the key source are called in the middle of a change: an
 * input from there is refused with {@link IllegalStateException}.
 *
 * <p>Confined to one thread.
 */
@SuppressWarnings("DoNotCallSuggester") // The signatures come first.
public final class Coordinator {
  /**
   * Makes a coordinator without spaces or sessions.
   *
   * @param incarnation names its memory
   * @param config times and limits
   * @param keys where session keys come from
   * @param observer told of what happens
   */
  public Coordinator(
      Incarnation incarnation, KernelConfig config, KeySource keys, KernelObserver observer) {}

  // Spaces.

  /**
   * Makes an address space.
   *
   * @param name unique among the living; 1 to 128 of {@code [A-Za-z0-9._/-]}
   * @param pageSizeBytes a power of two from 4096 to 2^30; 0 for 4096
   */
  public Outcome<SpaceInfo> createSpace(long nowNanos, String name, long pageSizeBytes) {
    throw new UnsupportedOperationException();
  }

  /** Shows a space by id. */
  public Outcome<SpaceInfo> space(long spaceId) {
    throw new UnsupportedOperationException();
  }

  /** Shows a space by name. */
  public Outcome<SpaceInfo> spaceByName(String name) {
    throw new UnsupportedOperationException();
  }

  /** Lists spaces with an id above {@code afterId}, ascending, {@code limit} at most. */
  public Listing<SpaceInfo> spaces(long afterId, int limit) {
    throw new UnsupportedOperationException();
  }

  /**
   * Releases a space: one RELEASE over all of it, acked like any other; then its subscriptions are
   * gone and its tokens dead. Waiting readers are refused at once, new begins, subscriptions and
   * reads are from now on. Repeating it while it runs joins it.
   *
   * @param ackDeadlineNanos time that devices have for their ack; 0 for the default
   */
  public void releaseSpace(
      long nowNanos, long spaceId, long ackDeadlineNanos, ReleaseCallback callback) {
    throw new UnsupportedOperationException();
  }

  // Sessions.

  /** Opens a device session; a living former session that it names is over at once. */
  public Outcome<SessionGrant> openDevice(
      long nowNanos, SessionRequest request, DeviceOutlet outlet) {
    throw new UnsupportedOperationException();
  }

  /** Opens a host session. */
  public Outcome<SessionGrant> openHost(long nowNanos, SessionRequest request, HostOutlet outlet) {
    throw new UnsupportedOperationException();
  }

  /** The session of a key, also for some time after it is over; empty if unknown. O(1). */
  public Optional<SessionId> sessionOf(SessionKey key) {
    throw new UnsupportedOperationException();
  }

  /** Renews a lease, if the session is active and its lease is not over. */
  public HeartbeatResult heartbeat(long nowNanos, SessionId session) {
    throw new UnsupportedOperationException();
  }

  /**
   * The client left, and has stopped using everything. A device owes nothing any more; what a host
   * runs is ended as if it had ended it. Unknown and over sessions: nothing happens.
   */
  public void detach(long nowNanos, SessionId session) {
    throw new UnsupportedOperationException();
  }

  /** The session's stream broke: it is not renewed, its lease counts. */
  public void streamBroken(long nowNanos, SessionId session) {
    throw new UnsupportedOperationException();
  }

  /**
   * Puts a session out: told so, not renewed, its lease waited out.
   *
   * @param cause one that {@link EndCause#isEviction}
   * @param detail for people
   * @return not found if it is unknown or over; an already evicted one is left as it is
   */
  public Outcome<SessionId> evict(long nowNanos, SessionId session, EndCause cause, String detail) {
    throw new UnsupportedOperationException();
  }

  // Devices.

  /**
   * Removes and adds subscriptions of one space, in one step or not at all. What the session owed
   * counts as acked where no remaining subscription overlaps it. The callback is called exactly
   * once, perhaps before this returns.
   *
   * @param remove ids; unknown ones are ignored
   * @param add an id that exists with the same range changes nothing
   */
  public void update(
      long nowNanos,
      SessionId session,
      long spaceId,
      long[] remove,
      List<NewSubscription> add,
      UpdateCallback callback) {
    throw new UnsupportedOperationException();
  }

  /**
   * The device has stopped using every page of an invalidation.
   *
   * @param isAllUpTo also of all that it was sent in this space with a lower sequence
   */
  public AckResult ack(
      long nowNanos,
      SessionId session,
      long spaceId,
      long epoch,
      long sequence,
      boolean isAllUpTo) {
    throw new UnsupportedOperationException();
  }

  /**
   * The device can't: a non-blockable begin fails, for a blockable one or a failed handler the
   * session is evicted. What it does not owe is ignored.
   *
   * @param message for people
   */
  public void refuse(
      long nowNanos,
      SessionId session,
      long spaceId,
      long epoch,
      long sequence,
      RefusalCause cause,
      String message) {
    throw new UnsupportedOperationException();
  }

  // Hosts.

  /**
   * Begins an invalidation. The callback is called exactly once, perhaps before this returns.
   *
   * @return takes it back
   */
  public BeginTicket begin(long nowNanos, BeginRequest request, BeginCallback callback) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes a begin back: undone as if it had ended. If its callback was not called yet, it is
   * refused with {@link Refusal.BeginCancelled}. Repeating it, or after the end: nothing happens.
   */
  public void cancelBegin(long nowNanos, BeginTicket ticket) {
    throw new UnsupportedOperationException();
  }

  /**
   * The host's change is complete. Unknown or ended invalidations are fine; a running one of
   * another session is refused with {@link Refusal.PermissionDenied}. Its own begin that is not
   * through is taken back.
   *
   * @param host the calling session; {@link SessionId#NONE} if its key is unknown
   */
  public Outcome<EndResult> end(long nowNanos, SessionId host, InvalidationId id) {
    throw new UnsupportedOperationException();
  }

  /** Whether an invalidation is running: begun, and not ended in whatever way. O(1). */
  public boolean isRunning(InvalidationId id) {
    throw new UnsupportedOperationException();
  }

  // Readers.

  /**
   * Waits until no running invalidation overlaps any of the ranges, then gives a token. The
   * callback is called once, perhaps before this returns, and not at all after {@link #cancelRead}.
   */
  public ReadTicket readBegin(
      long nowNanos, long spaceId, RequestedRanges ranges, ReadCallback callback) {
    throw new UnsupportedOperationException();
  }

  /** The reader gave up. Repeating it, or after the answer: nothing happens. */
  public void cancelRead(ReadTicket ticket) {
    throw new UnsupportedOperationException();
  }

  /** Whether an invalidation that overlaps any of the ranges began since the token. Never waits. */
  public Outcome<RetryResult> readRetry(Token token, RequestedRanges ranges) {
    throw new UnsupportedOperationException();
  }

  // Time.

  /** Whether there is something to wait for. */
  public boolean hasDeadline() {
    throw new UnsupportedOperationException();
  }

  /**
   * When {@link #advanceTo} has something to do at the latest; may be early. Changes with any
   * input.
   *
   * @throws IllegalStateException if there is none
   */
  public long nextDeadlineNanos() {
    throw new UnsupportedOperationException();
  }

  /**
   * Handles what is due, {@link KernelLimits#timersPerAdvanceMax} timers at most.
   *
   * @return whether more is due
   */
  public boolean advanceTo(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  // Introspection.

  /** Lists sessions with an id above {@code afterId}, ascending, {@code limit} at most. */
  public Listing<SessionView> sessions(long nowNanos, long afterId, int limit) {
    throw new UnsupportedOperationException();
  }

  /** Finds subscriptions of a space that overlap a range, by ascending first address. */
  public Outcome<Listing<SubscriptionView>> subscriptions(
      long spaceId, AddressRange range, int limit) {
    throw new UnsupportedOperationException();
  }

  /**
   * Lists running invalidations, oldest first within each space.
   *
   * @param spaceId the space; 0 for all
   */
  public Outcome<Listing<InvalidationView>> invalidations(long nowNanos, long spaceId, int limit) {
    throw new UnsupportedOperationException();
  }

  /** Gauges over the whole state. O(sessions + running invalidations): not for the hot path. */
  public KernelCounts counts(long nowNanos) {
    throw new UnsupportedOperationException();
  }
}
