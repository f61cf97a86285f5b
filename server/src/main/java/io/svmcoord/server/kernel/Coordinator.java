package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
public final class Coordinator {
  /** Most callers that wait for the release of one space; more are refused. */
  static final int RELEASE_CALLERS_MAX = 256;

  private final Core core;
  private final Effects effects;
  private final Spaces spaces;
  private final Sessions sessions;
  private final Readers readers;
  private final Invalidations invalidations;
  private final Acks acks;
  private final SubscriptionUpdates updates;
  private final Lifecycle lifecycle;
  private final Resumes resumes;
  private final Views views;

  /**
   * Makes a coordinator without spaces or sessions.
   *
   * @param incarnation names its memory
   * @param config times and limits
   * @param keys where session keys come from
   * @param observer told of what happens
   */
  public Coordinator(
      Incarnation incarnation, KernelConfig config, KeySource keys, KernelObserver observer) {
    effects = new Effects(observer);
    core = new Core(incarnation, config, observer, effects, new Deadlines());
    spaces = new Spaces(core);
    sessions = new Sessions(core, keys);
    readers = new Readers(core, spaces);
    invalidations = new Invalidations(core, spaces, sessions, readers);
    acks = new Acks(core, sessions, invalidations);
    updates = new SubscriptionUpdates(core, spaces, acks);
    lifecycle = new Lifecycle(core, sessions, invalidations, acks);
    resumes = new Resumes(core, spaces, sessions);
    views = new Views(spaces, sessions);
  }

  // Spaces.

  /**
   * Makes an address space.
   *
   * @param name unique among the living; 1 to 128 of {@code [A-Za-z0-9._/-]}
   * @param pageSizeBytes a power of two from 4096 to 2^30; 0 for 4096
   */
  public Outcome<SpaceInfo> createSpace(long nowNanos, String name, long pageSizeBytes) {
    effects.enter();
    Outcome<SpaceInfo> answer = spaces.create(name, pageSizeBytes);
    effects.leave();
    return answer;
  }

  /** Shows a space by id. */
  public Outcome<SpaceInfo> space(long spaceId) {
    return info(spaces.get(spaceId), "id", Long.toUnsignedString(spaceId));
  }

  /** Shows a space by name. */
  public Outcome<SpaceInfo> spaceByName(String name) {
    return info(spaces.get(name), "name", core.kept(name));
  }

  /** Lists spaces with an id above {@code afterId}, ascending, {@code limit} at most. */
  public Listing<SpaceInfo> spaces(long afterId, int limit) {
    return spaces.list(afterId, limit);
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
    effects.enter();
    release(nowNanos, spaceId, ackDeadlineNanos, callback);
    effects.leave();
  }

  // Sessions.

  /** Opens a device session; a living former session that it names is over at once. */
  public Outcome<SessionGrant> openDevice(
      long nowNanos, SessionRequest request, DeviceOutlet outlet) {
    effects.enter();
    Outcome<SessionGrant> answer = lifecycle.openDevice(nowNanos, request, outlet);
    effects.leave();
    return answer;
  }

  /**
   * Carries a device session on over another outlet, with its lease renewed; the one before is told
   * so, if there is one. The callback is called exactly once, before this returns, and then the
   * outlet with what the session owes an ack for.
   *
   * @throws IllegalStateException if called by an outlet or callback: what waits to be told then
   *     would be told twice
   */
  public void resumeDevice(
      long nowNanos, ResumeRequest request, DeviceOutlet outlet, ResumeCallback callback) {
    effects.requireOutermost();
    effects.enter();
    resumes.resume(nowNanos, request, outlet, callback);
    effects.leave();
  }

  /** Opens a host session. */
  public Outcome<SessionGrant> openHost(long nowNanos, SessionRequest request, HostOutlet outlet) {
    effects.enter();
    Outcome<SessionGrant> answer = lifecycle.openHost(nowNanos, request, outlet);
    effects.leave();
    return answer;
  }

  /** The session of a key, also for some time after it is over; empty if unknown. O(1). */
  public Optional<SessionId> sessionOf(SessionKey key) {
    Session session = sessions.get(key);
    return session == null ? Optional.empty() : Optional.of(session.id);
  }

  /** Renews a lease, if the session is active and its lease is not over. */
  public HeartbeatResult heartbeat(long nowNanos, SessionId session) {
    effects.enter();
    HeartbeatResult answer = lifecycle.heartbeat(nowNanos, session);
    effects.leave();
    return answer;
  }

  /**
   * The client left, and has stopped using everything. A device owes nothing any more; what a host
   * runs is ended as if it had ended it. Unknown and over sessions: nothing happens.
   */
  public void detach(long nowNanos, SessionId session) {
    effects.enter();
    lifecycle.detach(nowNanos, session);
    effects.leave();
  }

  /** The session's stream broke: it is not renewed unless it resumes, its lease counts. */
  public void streamBroken(long nowNanos, SessionId session) {
    effects.enter();
    lifecycle.streamBroken(session);
    effects.leave();
  }

  /**
   * Puts a session out: told so, not renewed, its lease waited out.
   *
   * @param cause one that {@link EndCause#isEviction}
   * @param detail for people
   * @return not found if it is unknown or over; an already evicted one is left as it is
   */
  public Outcome<SessionId> evict(long nowNanos, SessionId session, EndCause cause, String detail) {
    if (!cause.isEviction()) {
      throw new IllegalArgumentException("cause: " + cause + " (expected: one of an eviction)");
    }
    effects.enter();
    Outcome<SessionId> answer = lifecycle.evict(nowNanos, session, cause, detail);
    effects.leave();
    return answer;
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
    effects.enter();
    updates.update(nowNanos, sessions.get(session), spaceId, remove, add, callback);
    effects.leave();
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
    effects.enter();
    AckResult answer =
        acks.ack(nowNanos, sessions.get(session), spaceId, epoch, sequence, isAllUpTo);
    effects.leave();
    return answer;
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
    effects.enter();
    acks.refuse(nowNanos, sessions.get(session), spaceId, epoch, sequence, cause, message);
    effects.leave();
  }

  // Hosts.

  /**
   * Begins an invalidation. The callback is called exactly once, perhaps before this returns.
   *
   * @return takes it back
   */
  public BeginTicket begin(long nowNanos, BeginRequest request, BeginCallback callback) {
    effects.enter();
    BeginTicket answer = invalidations.begin(nowNanos, request, callback);
    effects.leave();
    return answer;
  }

  /**
   * Takes a begin back: undone as if it had ended. If its callback was not called yet, it is
   * refused with {@link Refusal.BeginCancelled}. Repeating it, or after the end: nothing happens.
   */
  public void cancelBegin(long nowNanos, BeginTicket ticket) {
    effects.enter();
    invalidations.cancel(nowNanos, ticket);
    effects.leave();
  }

  /**
   * The host's change is complete. Unknown or ended invalidations are fine; a running one of
   * another session is refused with {@link Refusal.PermissionDenied}. Its own begin that is not
   * through is taken back.
   *
   * @param host the calling session; {@link SessionId#NONE} if its key is unknown
   */
  public Outcome<EndResult> end(long nowNanos, SessionId host, InvalidationId id) {
    effects.enter();
    Outcome<EndResult> outcome = invalidations.end(nowNanos, host, id);
    if (outcome instanceof Outcome.Ok<EndResult>(var result)) {
      core.observer().endAnswered(result);
    }
    effects.leave();
    return outcome;
  }

  /** Whether an invalidation is running: begun, and not ended in whatever way. O(1). */
  public boolean isRunning(InvalidationId id) {
    effects.requireSound();
    return invalidations.isRunning(id);
  }

  // Readers.

  /**
   * Waits until no running invalidation overlaps any of the ranges, then gives a token. The
   * callback is called once, perhaps before this returns, and not at all after {@link #cancelRead}.
   */
  public ReadTicket readBegin(
      long nowNanos, long spaceId, RequestedRanges ranges, ReadCallback callback) {
    effects.enter();
    ReadTicket answer = readers.begin(nowNanos, spaceId, ranges, callback);
    effects.leave();
    return answer;
  }

  /** The reader gave up. Repeating it, or after the answer: nothing happens. */
  public void cancelRead(ReadTicket ticket) {
    effects.enter();
    readers.cancel(ticket);
    effects.leave();
  }

  /** Whether an invalidation that overlaps any of the ranges began since the token. Never waits. */
  public Outcome<RetryResult> readRetry(Token token, RequestedRanges ranges) {
    effects.requireSound();
    Outcome<RetryResult> outcome = readers.retry(token, ranges);
    if (outcome instanceof Outcome.Ok<RetryResult>(var result)) {
      core.observer().readChecked(result);
    }
    return outcome;
  }

  /**
   * Whether an input has thrown. Then the state can't be trusted: every later input, and what reads
   * the state for an answer, throws {@link IllegalStateException}, and nobody is told anything
   * more. To be asked between inputs.
   */
  public boolean isBroken() {
    return effects.isChanging();
  }

  // Time.

  /** Whether there is something to wait for. */
  public boolean hasDeadline() {
    return !core.deadlines().isEmpty();
  }

  /**
   * When {@link #advanceTo} has something to do at the latest; may be early. Changes with any
   * input.
   *
   * @throws IllegalStateException if there is none
   */
  public long nextDeadlineNanos() {
    return core.deadlines().firstDueNanos();
  }

  /**
   * Handles what is due, {@link KernelLimits#timersPerAdvanceMax} timers at most.
   *
   * @return whether more is due
   */
  public boolean advanceTo(long nowNanos) {
    effects.enter();
    boolean answer = advance(nowNanos);
    effects.leave();
    return answer;
  }

  // Introspection.

  /** Lists sessions with an id above {@code afterId}, ascending, {@code limit} at most. */
  public Listing<SessionView> sessions(long nowNanos, long afterId, int limit) {
    return views.sessions(nowNanos, afterId, limit);
  }

  /** Finds subscriptions of a space that overlap a range, by ascending first address. */
  public Outcome<Listing<SubscriptionView>> subscriptions(
      long spaceId, AddressRange range, int limit) {
    return views.subscriptions(spaceId, range, limit);
  }

  /**
   * Lists running invalidations, oldest first within each space.
   *
   * @param spaceId the space; 0 for all
   */
  public Outcome<Listing<InvalidationView>> invalidations(long nowNanos, long spaceId, int limit) {
    return views.invalidations(nowNanos, spaceId, limit);
  }

  /** Gauges over the whole state. O(sessions + running invalidations): not for the hot path. */
  public KernelCounts counts(long nowNanos) {
    effects.requireSound();
    return views.counts(nowNanos);
  }

  private static Outcome<SpaceInfo> info(@Nullable AddressSpace space, String field, String value) {
    return space == null
        ? Outcome.refused(new Refusal.NotFound(field, value))
        : Outcome.ok(space.info());
  }

  private void release(
      long nowNanos, long spaceId, long ackDeadlineNanos, ReleaseCallback callback) {
    AddressSpace space = spaces.get(spaceId);
    if (space == null) {
      effects.add(() -> callback.refused(Spaces.notFound(spaceId)));
      return;
    }
    switch (core.ackDeadline(ackDeadlineNanos)) {
      case Outcome.Refused<Long>(var refusal) -> effects.add(() -> callback.refused(refusal));
      case Outcome.Ok<Long>(var deadlineNanos) -> {
        if (space.releaseCallbacks.size() >= RELEASE_CALLERS_MAX) {
          Refusal full = core.limitReached("releaseCallersMax", RELEASE_CALLERS_MAX);
          effects.add(() -> callback.refused(full));
          return;
        }
        boolean isFirst = !space.isReleasing();
        space.releaseCallbacks.add(callback);
        if (isFirst) {
          readers.refuseAll(space);
          invalidations.beginRelease(nowNanos, space, deadlineNanos);
        }
      }
    }
  }

  private boolean advance(long nowNanos) {
    for (int i = 0; i < core.limits().timersPerAdvanceMax(); i++) {
      switch (core.deadlines().pollDue(nowNanos)) {
        case null -> {
          return false;
        }
        case Session session -> lifecycle.timerDue(nowNanos, session);
        case RunningInvalidation running -> invalidations.boundOver(nowNanos, running);
      }
    }
    return hasDeadline() && nowNanos - nextDeadlineNanos() >= 0;
  }
}
