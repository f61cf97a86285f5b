package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Begin, ack and end of invalidations.
 *
 * <h2>How one goes</h2>
 *
 * A begin takes the space's next sequence, raises the last-invalidated map over its ranges, and
 * captures the sessions whose subscriptions overlap, in one step. They are all told before any is
 * waited for. It is PENDING until each of them has acked, unsubscribed what was hit, left, or is
 * certainly fenced (its lease over); then HELD, and its host is answered; its end makes it OVER. A
 * pending one can be undone, which is its end too.
 *
 * <p>The scheme is the kernel's {@code mmu_interval_notifier}, less the epoch of the whole space
 * that freezes the tree: what is captured at begin does not change with the tree (race R11), so
 * subscriptions change at any time, and a new subscriber is told what runs (races R6, R7).
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>I1 An invalidation is in its space's registry, and its host's list, from its sequence to
 *       its end.
 *   <li>I2 While PENDING, {@code owing} is the number of captured members whose {@link OwedAcks}
 *       has it, and is above 0 between inputs; afterwards none has it.
 *   <li>I3 The map is raised and the registry has it before any session is told (races R2, R8).
 *   <li>I4 A host is answered once: OK exactly when {@code owing} becomes 0.
 *   <li>I5 Whoever was told of a begin is told of its end, or of the space's release, once (R14).
 * </ul>
 *
 * Begin: O(log n + k) for n subscriptions and k hits; ack: O(log owed); end: O(sessions told).
 * Confined to the coordinator's thread.
 */
final class Invalidations {
  private static final AddressRanges WHOLE = AddressRanges.of(AddressRange.WHOLE);

  private final Core core;
  private final Spaces spaces;
  private final Sessions sessions;
  private final Readers readers;
  private final ForcedEnds forcedEnds;

  Invalidations(Core core, Spaces spaces, Sessions sessions, Readers readers) {
    this.core = core;
    this.spaces = spaces;
    this.sessions = sessions;
    this.readers = readers;
    this.forcedEnds = new ForcedEnds(core.limits().forcedEndsMax());
  }

  // Begin.

  BeginTicket begin(long nowNanos, BeginRequest request, BeginCallback callback) {
    Outcome<RunningInvalidation> started =
        Admission.of(core, spaces, sessions, nowNanos, request)
            .then(admission -> start(nowNanos, admission, request, callback));
    return switch (started) {
      case Outcome.Ok<RunningInvalidation>(var running) -> new BeginTicket(running.what.id());
      case Outcome.Refused<RunningInvalidation>(var refusal) -> {
        core.effects().add(() -> callback.refused(refusal));
        yield BeginTicket.REFUSED;
      }
    };
  }

  private Outcome<RunningInvalidation> start(
      long nowNanos, Admission admitted, BeginRequest request, BeginCallback callback) {
    Subscriptions subscriptions = admitted.space().subscriptions;
    int width = subscriptions.capture(admitted.ranges(), admitted.owner());
    if (request.isNonBlockable()) {
      Refusal unreachable = unreachable(subscriptions, width);
      if (unreachable != null) {
        subscriptions.forgetCaptured();
        return Outcome.refused(unreachable);
      }
    }
    Session given = admitted.host();
    Session host = given == null ? openHold(request, admitted.holdNanos()) : given;
    return Outcome.ok(
        launch(
            nowNanos,
            admitted.space(),
            admitted.ranges(),
            request.event(),
            request.isNonBlockable(),
            host,
            admitted.owner(),
            new Completion.ToHost(callback),
            admitted.ackDeadlineNanos()));
  }

  /** A captured session that can't answer would only use up the bound: told nobody, refused. */
  private static @Nullable Refusal unreachable(Subscriptions subscriptions, int width) {
    List<SessionOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      Session session = subscriptions.captured(i);
      if (!session.isActive()) {
        outcomes.add(new SessionOutcome(session.id, SessionOutcome.Kind.NO_ANSWER));
      }
    }
    return outcomes.isEmpty()
        ? null
        : new Refusal.WouldBlock(new FanOutReport(0, outcomes, SessionId.NONE, 0));
  }

  private Session openHold(BeginRequest request, long holdNanos) {
    String peer = request.host() instanceof InvalidationHost.Hold hold ? hold.peer() : "";
    SessionRequest asked = new SessionRequest("", "", peer, holdNanos, null);
    return sessions.open(SessionRole.HOST, asked, holdNanos, true);
  }

  /** One RELEASE over the whole space, the coordinator's own. */
  void beginRelease(long nowNanos, AddressSpace space, long ackDeadlineNanos) {
    space.subscriptions.capture(WHOLE, null);
    launch(
        nowNanos,
        space,
        WHOLE,
        InvalidationEvent.RELEASE,
        false,
        null,
        null,
        Completion.Release.INSTANCE,
        ackDeadlineNanos);
  }

  private RunningInvalidation launch(
      long nowNanos,
      AddressSpace space,
      AddressRanges ranges,
      InvalidationEvent event,
      boolean isNonBlockable,
      @Nullable Session host,
      @Nullable Session owner,
      Completion completion,
      long ackDeadlineNanos) {
    long sequence = ++space.sequence;
    space.lastInvalidated.raise(ranges, sequence);
    InvalidationId id = new InvalidationId(space.id, space.epoch, sequence);
    RunningInvalidation running =
        new RunningInvalidation(
            new Invalidation(id, event, isNonBlockable, ranges),
            space,
            host,
            owner,
            completion,
            space.subscriptions.takeCaptured(),
            nowNanos,
            nowNanos + ackDeadlineNanos);
    space.running.add(running);
    if (host != null) {
      running.hostIndex = host.running.size();
      host.running.add(running);
    }
    core.observer().begun(event, running.captured.length);
    for (Membership member : running.captured) {
      owe(member, running);
    }
    if (running.owing == 0) {
      complete(nowNanos, running);
    } else {
      if (isNonBlockable) {
        core.deadlines().arm(running, running.ackDeadlineNanos);
      }
      core.effects().add(() -> fanOut(running));
    }
    return running;
  }

  private void owe(Membership member, RunningInvalidation running) {
    Session session = member.session;
    if (session.unacked >= core.limits().unackedPerSessionMax()) {
      sessions.evict(session, EndCause.SLOW_CONSUMER, session.unacked + " acks owed");
    }
    member.owed.add(running);
    session.unacked++;
    if (!running.what.isNonBlockable() && !session.isPutOut()) {
      core.deadlines().armNoLater(session, running.ackDeadlineNanos);
    }
  }

  private void fanOut(RunningInvalidation running) {
    for (Membership member : running.captured) {
      DeviceOutlet outlet = member.session.deviceOutlet;
      if (outlet != null) {
        try {
          outlet.invalidate(running.what);
        } catch (RuntimeException failure) {
          core.effects().failed(failure);
        }
      }
    }
  }

  // Acks.

  AckResult ack(
      long nowNanos,
      @Nullable Session session,
      long spaceId,
      long epoch,
      long sequence,
      boolean isAllUpTo) {
    Membership member = session == null ? null : session.memberships.get(spaceId);
    AckResult.Ignored ignored = ignored(session, member, epoch);
    if (ignored == null && member != null) {
      int count =
          isAllUpTo ? ackUpTo(nowNanos, member, sequence) : ackOne(nowNanos, member, sequence);
      if (count > 0) {
        return AckResult.Acked.of(count);
      }
      ignored = AckResult.Ignored.NOT_OWED;
    }
    AckResult.Ignored reason = ignored == null ? AckResult.Ignored.UNKNOWN_SPACE : ignored;
    core.observer().ackIgnored(reason);
    return reason;
  }

  private static AckResult.@Nullable Ignored ignored(
      @Nullable Session session, @Nullable Membership member, long epoch) {
    // A session without a stream was not sent all that it owes: it can't know what it acks.
    if (session == null || session.isOver || !session.isActive()) {
      return AckResult.Ignored.SESSION_NOT_ACTIVE;
    }
    if (member == null) {
      return AckResult.Ignored.UNKNOWN_SPACE;
    }
    return member.space.epoch == epoch ? null : AckResult.Ignored.STALE_EPOCH;
  }

  private int ackOne(long nowNanos, Membership member, long sequence) {
    RunningInvalidation owed = member.owed.take(sequence);
    if (owed == null) {
      return 0;
    }
    acked(nowNanos, member, owed);
    return 1;
  }

  private int ackUpTo(long nowNanos, Membership member, long sequence) {
    int count = 0;
    RunningInvalidation owed = member.owed.takeFirstUpTo(sequence);
    while (owed != null) {
      acked(nowNanos, member, owed);
      count++;
      owed = member.owed.takeFirstUpTo(sequence);
    }
    return count;
  }

  private void acked(long nowNanos, Membership member, RunningInvalidation owed) {
    core.observer().acked(nowNanos - owed.beganNanos);
    answered(nowNanos, member, owed);
  }

  /** What was owed is no more owed, for whichever reason; it is out of the owed list already. */
  private void answered(long nowNanos, Membership member, RunningInvalidation owed) {
    member.session.unacked--;
    owed.answered(member.session, nowNanos);
    if (owed.owing == 0) {
      complete(nowNanos, owed);
    }
  }

  void refuse(
      long nowNanos,
      @Nullable Session session,
      long spaceId,
      long epoch,
      long sequence,
      RefusalCause cause,
      String message) {
    Membership member = session == null ? null : session.memberships.get(spaceId);
    AckResult.Ignored ignored = ignored(session, member, epoch);
    RunningInvalidation owed = member == null ? null : member.owed.get(sequence);
    if (ignored != null || session == null || owed == null) {
      core.observer().ackIgnored(ignored == null ? AckResult.Ignored.NOT_OWED : ignored);
      return;
    }
    core.observer().deviceRefused(cause);
    if (cause == RefusalCause.FAILED) {
      sessions.evict(session, EndCause.HANDLER_FAILED, message);
    } else if (!owed.what.isNonBlockable()) {
      sessions.evict(session, EndCause.REFUSED_BLOCKABLE, message);
    }
    if (owed.what.isNonBlockable()) {
      owed.notAcked(session, SessionOutcome.Kind.WOULD_BLOCK);
      wouldBlock(nowNanos, owed);
    }
  }

  /** A session is over: what it owed in a space is waited for no more. */
  void forgive(long nowNanos, Membership member, SessionOutcome.Kind kind) {
    forgive(nowNanos, member, kind, owed -> true);
  }

  /** A session unsubscribed: what no remaining subscription overlaps counts as acked. */
  void forgiveUncovered(long nowNanos, Membership member) {
    forgive(
        nowNanos,
        member,
        SessionOutcome.Kind.LEFT,
        owed -> !member.space.subscriptions.overlaps(member, owed.what.ranges()));
  }

  private void forgive(
      long nowNanos,
      Membership member,
      SessionOutcome.Kind kind,
      Predicate<RunningInvalidation> isForgiven) {
    List<RunningInvalidation> forgiven = new ArrayList<>();
    for (int i = member.owed.head(); i < member.owed.tail(); i++) {
      RunningInvalidation owed = member.owed.at(i);
      if (owed != null && isForgiven.test(owed)) {
        forgiven.add(owed);
      }
    }
    for (RunningInvalidation owed : forgiven) {
      // The completion of a RELEASE among them may have settled the others.
      if (member.owed.take(owed.sequence()) != null) {
        owed.notAcked(member.session, kind);
        answered(nowNanos, member, owed);
      }
    }
  }

  // Completion.

  private void complete(long nowNanos, RunningInvalidation running) {
    running.phase = RunningInvalidation.Phase.HELD;
    core.deadlines().disarm(running);
    core.observer()
        .completed(
            running.what.event(),
            KernelObserver.BeginOutcome.OK,
            running.captured.length,
            nowNanos - running.beganNanos);
    switch (running.completion) {
      case Completion.ToHost(var callback) -> answerBegun(nowNanos, running, callback);
      case Completion.Release release -> finishRelease(nowNanos, running);
    }
  }

  private void answerBegun(long nowNanos, RunningInvalidation running, BeginCallback callback) {
    Session host = running.host;
    SessionKey holdKey = null;
    if (host != null && host.isHold) {
      host.renew(nowNanos);
      core.deadlines().arm(host, host.leaseEndNanos());
      holdKey = host.key;
    }
    SessionKey key = holdKey;
    FanOutReport report = running.report();
    core.effects().add(() -> callback.begun(running.what.id(), report, key));
  }

  /** The bound of a non-blockable begin is over. */
  void boundOver(long nowNanos, RunningInvalidation running) {
    for (Membership member : running.captured) {
      if (member.owed.get(running.sequence()) != null) {
        running.notAcked(member.session, SessionOutcome.Kind.NO_ANSWER);
      }
    }
    wouldBlock(nowNanos, running);
  }

  private void wouldBlock(long nowNanos, RunningInvalidation running) {
    undo(
        nowNanos,
        running,
        KernelObserver.BeginOutcome.WOULD_BLOCK,
        new Refusal.WouldBlock(running.report()));
  }

  /** Undoes a pending begin, on whichever path: as if it had ended (race R14). */
  private void undo(
      long nowNanos,
      RunningInvalidation running,
      KernelObserver.BeginOutcome outcome,
      Refusal refusal) {
    core.observer()
        .completed(
            running.what.event(), outcome, running.captured.length, nowNanos - running.beganNanos);
    if (running.completion instanceof Completion.ToHost(var callback)) {
      core.effects().add(() -> callback.refused(refusal));
    }
    over(nowNanos, running, false);
  }

  // End.

  boolean isRunning(InvalidationId id) {
    return find(id) != null;
  }

  Outcome<EndResult> end(long nowNanos, SessionId host, InvalidationId id) {
    RunningInvalidation running = find(id);
    if (running == null) {
      return Outcome.ok(forcedEnds.contains(id) ? EndResult.FORCE_ENDED : EndResult.NOT_RUNNING);
    }
    if (running.host == null || !running.host.id.equals(host)) {
      return Outcome.refused(
          new Refusal.PermissionDenied("id.sequence", Long.toString(id.sequence())));
    }
    finish(nowNanos, running, new Refusal.BeginCancelled(id));
    return Outcome.ok(EndResult.ENDED);
  }

  void cancel(long nowNanos, BeginTicket ticket) {
    InvalidationId id = ticket.id();
    RunningInvalidation running = id == null ? null : find(id);
    if (running != null) {
      finish(nowNanos, running, new Refusal.BeginCancelled(running.what.id()));
    }
  }

  /** A host's wish to be done with it: a pending one is undone, with that answer. */
  void finish(long nowNanos, RunningInvalidation running, Refusal refusal) {
    if (running.isPending()) {
      undo(nowNanos, running, KernelObserver.BeginOutcome.CANCELLED, refusal);
    } else {
      over(nowNanos, running, false);
    }
  }

  /** The lease of its host is certainly over: readers must not trust what was read during it. */
  void endByForce(long nowNanos, RunningInvalidation running) {
    core.observer().forceEnded(running.what.event());
    forcedEnds.add(running.what.id());
    over(nowNanos, running, true);
  }

  private @Nullable RunningInvalidation find(InvalidationId id) {
    AddressSpace space = spaces.get(id.spaceId());
    return space == null || space.epoch != id.epoch()
        ? null
        : space.running.bySequence(id.sequence());
  }

  private void over(long nowNanos, RunningInvalidation running, boolean isForced) {
    AddressSpace space = running.space;
    vanish(running);
    space.running.remove(running);
    long endSequence = 0;
    if (isForced) {
      endSequence = ++space.sequence;
      space.lastInvalidated.raise(running.what.ranges(), endSequence);
    }
    readers.invalidationOver(nowNanos, running);
    long forcedSequence = endSequence;
    core.effects().add(() -> tellEnd(running, isForced, forcedSequence));
  }

  /** Takes it out of everything but its space. */
  private void vanish(RunningInvalidation running) {
    if (running.isPending()) {
      for (Membership member : running.captured) {
        if (member.owed.take(running.sequence()) != null) {
          member.session.unacked--;
        }
      }
    }
    running.phase = RunningInvalidation.Phase.OVER;
    core.deadlines().disarm(running);
    Session host = running.host;
    if (host == null) {
      return;
    }
    RunningInvalidation last = host.running.removeLast();
    if (last != running) {
      host.running.set(running.hostIndex, last);
      last.hostIndex = running.hostIndex;
    }
    if (host.isHold && host.state != SessionState.EXPIRED) {
      sessions.retire(host);
    }
  }

  private void tellEnd(RunningInvalidation running, boolean isForced, long endSequence) {
    for (Membership member : running.captured) {
      tellEnd(member.session, running, isForced, endSequence);
    }
    for (Session session : running.lateSubscribers()) {
      tellEnd(session, running, isForced, endSequence);
    }
  }

  private void tellEnd(
      Session session, RunningInvalidation running, boolean isForced, long endSequence) {
    DeviceOutlet outlet = session.deviceOutlet;
    if (outlet != null) {
      try {
        outlet.ended(running.what, isForced, endSequence);
      } catch (RuntimeException failure) {
        core.effects().failed(failure);
      }
    }
  }

  // Release.

  /**
   * Every subscriber has acked the RELEASE of the whole space or is fenced: no page of it is in
   * use. So begins that still wait for one are through, and all is gone with the space.
   */
  private void finishRelease(long nowNanos, RunningInvalidation release) {
    AddressSpace space = release.space;
    RunningInvalidation running = space.running.oldest();
    while (running != null) {
      RunningInvalidation newer = running.newer;
      for (Membership member : running.captured) {
        if (running.isPending() && member.owed.take(running.sequence()) != null) {
          running.notAcked(member.session, SessionOutcome.Kind.LEFT);
          answered(nowNanos, member, running);
        }
      }
      vanish(running);
      running = newer;
    }
    for (Membership member : space.subscriptions.members()) {
      space.subscriptions.leave(member);
      member.session.memberships.remove(space.id);
      core.effects().add(() -> tellReleased(member.session, space));
    }
    spaces.remove(space);
    FanOutReport report = release.report();
    for (ReleaseCallback callback : space.releaseCallbacks) {
      core.effects().add(() -> callback.released(report));
    }
  }

  private static void tellReleased(Session session, AddressSpace space) {
    DeviceOutlet outlet = session.deviceOutlet;
    if (outlet != null) {
      outlet.released(space.id, space.epoch);
    }
  }
}
