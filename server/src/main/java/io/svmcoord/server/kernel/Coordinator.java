package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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
  private final Core core;
  private final Effects effects;
  private final Remembering remembering;
  private final Grace grace;
  private final Spaces spaces;
  private final Sessions sessions;
  private final Readers readers;
  private final Invalidations invalidations;
  private final PostponedBegins postponed;
  private final Releases releases;
  private final Acks acks;
  private final SubscriptionUpdates updates;
  private final Lifecycle lifecycle;
  private final Resumes resumes;
  private final Views views;

  /**
   * Starts a coordinator.
   *
   * @param nowNanos the time, from which a grace counts
   * @param past what is remembered of the one before
   * @param config times and limits
   * @param memory keeps what the next one has to know
   * @param keys where session keys come from
   * @param observer told of what happens
   */
  public Coordinator(
      long nowNanos,
      Past past,
      KernelConfig config,
      Memory memory,
      KeySource keys,
      KernelObserver observer) {
    effects = new Effects(observer);
    core =
        new Core(
            past.incarnation(),
            past.epoch(),
            config,
            observer,
            effects,
            new Notices(effects),
            new Deadlines());
    remembering = new Remembering(core, memory);
    UnlistedLeases unlisted = new UnlistedLeases(remembering, past.unlistedLeaseNanos());
    grace = new Grace(core, remembering, nowNanos, past);
    spaces = new Spaces(core, remembering, grace, past.lastSpaceId());
    sessions = new Sessions(core, remembering, keys);
    Reservations reservations = new Reservations(core);
    readers = new Readers(core, spaces, grace, reservations);
    Admission admission = new Admission(core, spaces, sessions);
    invalidations = new Invalidations(core, spaces, sessions, admission, grace, unlisted, readers);
    postponed = new PostponedBegins(core, spaces, admission, reservations, invalidations);
    releases = new Releases(core, spaces, remembering, readers, postponed, invalidations);
    acks = new Acks(core, sessions, invalidations);
    updates = new SubscriptionUpdates(core, spaces, acks);
    lifecycle = new Lifecycle(core, sessions, grace, invalidations, acks);
    resumes = new Resumes(core, spaces, sessions);
    views = new Views(spaces, sessions, grace);
    past.spaces().forEach(space -> spaces.restore(nowNanos, space));
  }

  // Memory.

  /** Names the memory that everything here belongs to. */
  public Incarnation incarnation() {
    return core.incarnation();
  }

  /** The epoch of every space. */
  public long epoch() {
    return core.epoch();
  }

  /** Time until the grace is over at the latest; 0 when it is. */
  public long graceLeftNanos(long nowNanos) {
    return grace.leftNanos(nowNanos);
  }

  /** Sessions of the coordinator before that the grace waits for, as far as they are listed. */
  public int graceSessions() {
    return grace.sessions();
  }

  /** The changes up to this number can't be lost any more. */
  public void remembered(long nowNanos, long number) {
    effects.enter();
    remembering.remembered(nowNanos, number);
    effects.leave();
  }

  /**
   * The changes up to this number, as far as they were not remembered, may be lost: who waits for
   * one is refused.
   *
   * @param why what went wrong, for people
   */
  public void notRemembered(long nowNanos, long number, String why) {
    effects.enter();
    remembering.failed(nowNanos, number, why);
    effects.leave();
  }

  // Spaces.

  /**
   * Makes an address space. The callback is called exactly once, perhaps before this returns.
   *
   * @param name unique among the living; 1 to 128 of {@code [A-Za-z0-9._/-]}
   * @param pageSizeBytes a power of two from 4096 to 2^30; 0 for 4096
   */
  public void createSpace(
      long nowNanos,
      String name,
      long pageSizeBytes,
      Consumer<? super Outcome<SpaceInfo>> callback) {
    effects.enter();
    spaces.create(nowNanos, name, pageSizeBytes, callback);
    effects.leave();
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
    releases.release(nowNanos, spaceId, ackDeadlineNanos, callback);
    effects.leave();
  }

  // Sessions.

  /**
   * Opens a device session; a former session that it names, of this coordinator or the one before,
   * is over with that. The callback is called exactly once, perhaps before this returns.
   */
  public void openDevice(
      long nowNanos,
      SessionRequest request,
      DeviceOutlet outlet,
      Consumer<? super Outcome<SessionGrant>> callback) {
    effects.enter();
    lifecycle.openDevice(nowNanos, request, outlet, callback);
    effects.leave();
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

  /**
   * Opens a host session; a former session that it names, of this coordinator or the one before, is
   * over with that, and what it runs is ended. The callback is called exactly once, perhaps before
   * this returns.
   */
  public void openHost(
      long nowNanos,
      SessionRequest request,
      HostOutlet outlet,
      Consumer<? super Outcome<SessionGrant>> callback) {
    effects.enter();
    lifecycle.openHost(nowNanos, request, outlet, callback);
    effects.leave();
  }

  /**
   * The session of a key, also for some time after it is over, and while the grace waits for it;
   * empty if unknown. O(1).
   */
  public Optional<SessionId> sessionOf(SessionKey key) {
    Session session = sessions.get(key);
    SessionId id = session == null ? grace.sessionOf(key) : session.id;
    return id.equals(SessionId.NONE) ? Optional.empty() : Optional.of(id);
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
   * Where spaces stand for a device session, after all that was told to its outlet and before all
   * that will be: told in place of events that were not delivered. O(running invalidations of the
   * spaces * log n).
   *
   * @return without the spaces in which the session has no part; refused with {@link
   *     Refusal.ResyncRequired} if more runs than can be told at once
   */
  public Outcome<List<SpaceBaseline>> baselines(SessionId session, long[] spaceIds) {
    effects.requireSound();
    Session known = sessions.get(session);
    return known == null || known.isPutOut()
        ? Outcome.ok(List.of())
        : Baselines.ofAll(known, spaceIds);
  }

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
   * Begins an invalidation. The callback is called exactly once, perhaps before this returns. A
   * blockable one may be postponed, for {@link KernelConfig#beginDelayMaxNanos} in all, by readers
   * that reserved pages of it; then it is as if the host had called later.
   *
   * @return takes it back
   */
  public BeginTicket begin(long nowNanos, BeginRequest request, BeginCallback callback) {
    effects.enter();
    BeginTicket answer = postponed.begin(nowNanos, request, callback);
    effects.leave();
    return answer;
  }

  /**
   * Takes a begin back: undone as if it had ended. If its callback was not called yet, it is
   * refused with {@link Refusal.BeginCancelled}. Repeating it, or after the end: nothing happens.
   */
  public void cancelBegin(long nowNanos, BeginTicket ticket) {
    effects.enter();
    postponed.cancel(nowNanos, ticket);
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
   * Waits until no running invalidation overlaps any of the ranges, then gives a token; refused
   * with {@link Refusal.InGrace} while clients of the coordinator before are waited for. The
   * callback is called once, perhaps before this returns, and not at all after {@link #cancelRead}.
   *
   * @param reserveNanos for how long, from the token on, new blockable begins that overlap are
   *     postponed, until {@link #readRetry}; cut to {@link KernelConfig#reservationMaxNanos}; 0 for
   *     not at all
   */
  public ReadTicket readBegin(
      long nowNanos,
      long spaceId,
      RequestedRanges ranges,
      long reserveNanos,
      ReadCallback callback) {
    effects.enter();
    ReadTicket answer = readers.begin(nowNanos, spaceId, ranges, reserveNanos, callback);
    effects.leave();
    return answer;
  }

  /** The reader gave up. Repeating it, or after the answer: nothing happens. */
  public void cancelRead(ReadTicket ticket) {
    effects.enter();
    readers.cancel(ticket);
    effects.leave();
  }

  /**
   * Whether an invalidation that overlaps any of the ranges began since the token. Never waits.
   * Ends the token's reservation, after the question was answered.
   */
  public Outcome<RetryResult> readRetry(long nowNanos, Token token, RequestedRanges ranges) {
    effects.enter();
    Outcome<RetryResult> outcome = readers.retry(token, ranges);
    if (outcome instanceof Outcome.Ok<RetryResult>(var result)) {
      core.observer().readChecked(result);
    }
    postponed.returned(nowNanos, token);
    effects.leave();
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

  private boolean advance(long nowNanos) {
    for (int i = 0; i < core.limits().timersPerAdvanceMax(); i++) {
      switch (core.deadlines().pollDue(nowNanos)) {
        case null -> {
          return false;
        }
        case Session session -> lifecycle.timerDue(nowNanos, session);
        case RunningInvalidation running -> invalidations.boundOver(nowNanos, running);
        case Grace over -> lifecycle.graceDue(nowNanos);
        case Reservation reservation -> postponed.ranOut(nowNanos, reservation);
        case PostponedBegin begin -> postponed.delayOver(nowNanos, begin);
      }
    }
    return hasDeadline() && nowNanos - nextDeadlineNanos() >= 0;
  }
}
