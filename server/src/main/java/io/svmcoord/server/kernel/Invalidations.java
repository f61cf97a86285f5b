package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.ArrayList;
import java.util.List;
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
 *       has it, and between inputs it is above 0, or the grace or the memory is waited for;
 *       afterwards none has it.
 *   <li>I3 The map is raised and the registry has it before any session is told (races R2, R8).
 *   <li>I4 A host is answered once: OK exactly when nothing is left to wait for.
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
  private final Admission admission;
  private final Grace grace;
  private final UnlistedLeases unlisted;
  private final Readers readers;
  private final ForcedEnds forcedEnds;

  Invalidations(
      Core core,
      Spaces spaces,
      Sessions sessions,
      Admission admission,
      Grace grace,
      UnlistedLeases unlisted,
      Readers readers) {
    this.core = core;
    this.spaces = spaces;
    this.sessions = sessions;
    this.admission = admission;
    this.grace = grace;
    this.unlisted = unlisted;
    this.readers = readers;
    this.forcedEnds = new ForcedEnds(core.limits().forcedEndsMax());
  }

  // Begin.

  BeginTicket begin(long nowNanos, BeginRequest request, BeginCallback callback) {
    Refusal wrong = admission.check(nowNanos, request);
    if (wrong != null) {
      return refuse(callback, wrong);
    }
    return start(nowNanos, request, callback);
  }

  private BeginTicket refuse(BeginCallback callback, Refusal refusal) {
    core.effects().add(() -> callback.refused(refusal));
    return BeginTicket.REFUSED;
  }

  /** Starts what was let in. */
  private BeginTicket start(long nowNanos, BeginRequest request, BeginCallback callback) {
    AddressSpace space = admission.space();
    int width = space.subscriptions.capture(admission.ranges(), admission.owner());
    if (request.isNonBlockable()) {
      Refusal unreachable = unreachable(space.subscriptions, width);
      if (unreachable != null) {
        space.subscriptions.forgetCaptured();
        return refuse(callback, unreachable);
      }
    }
    Session given = admission.host();
    RunningInvalidation running =
        launch(
            nowNanos,
            space,
            admission.ranges(),
            request.event(),
            request.isNonBlockable(),
            given == null ? openHold(request, admission.holdNanos()) : given,
            admission.owner(),
            new Completion.ToHost(callback),
            admission.ackDeadlineNanos());
    return new BeginTicket(running.what.id());
  }

  /**
   * A session that can't answer, captured or of the coordinator before, would only use up the
   * bound: told nobody, refused.
   */
  private @Nullable Refusal unreachable(Subscriptions subscriptions, int width) {
    List<SessionOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      Session session = subscriptions.captured(i);
      if (!session.isActive()) {
        outcomes.add(new SessionOutcome(session.id, SessionOutcome.Kind.NO_ANSWER));
      }
    }
    return outcomes.isEmpty() && !grace.isOn()
        ? null
        : new Refusal.WouldBlock(new FanOutReport(0, outcomes, SessionId.NONE, 0));
  }

  private Session openHold(BeginRequest request, long holdNanos) {
    Peer peer = request.host() instanceof InvalidationHost.Hold hold ? hold.peer() : Peer.of("");
    SessionRequest asked = new SessionRequest("", "", peer, holdNanos, null);
    return sessions.openHold(asked);
  }

  /** One RELEASE over the whole space, the coordinator's own. */
  void beginRelease(
      long nowNanos, AddressSpace space, long ackDeadlineNanos, Completion.Release completion) {
    space.subscriptions.capture(WHOLE, null);
    launch(
        nowNanos,
        space,
        WHOLE,
        InvalidationEvent.RELEASE,
        false,
        null,
        null,
        completion,
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
            core.notices(),
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
    core.observer().begun(running.what, idOf(host), idOf(owner), running.captured.length);
    for (Membership member : running.captured) {
      owe(member, running);
    }
    running.waitsForGrace = grace.isOn();
    if (host != null && host.isHold) {
      rememberHold(nowNanos, host, running);
    }
    completeIfThrough(nowNanos, running);
    if (running.isPending()) {
      if (isNonBlockable) {
        core.deadlines().arm(running, running.ackDeadlineNanos);
      }
      core.effects().add(running.as(RunningInvalidation.Output.FAN_OUT));
    }
    return running;
  }

  private static SessionId idOf(@Nullable Session session) {
    return session == null ? SessionId.NONE : session.id;
  }

  private void owe(Membership member, RunningInvalidation running) {
    Session session = member.session;
    if (session.unacked >= core.limits().unackedPerSessionMax()) {
      sessions.evict(
          running.beganNanos, session, EndCause.SLOW_CONSUMER, session.unacked + " acks owed");
    }
    member.owed.add(running);
    session.unacked++;
    if (!running.what.isNonBlockable() && !session.isPutOut()) {
      core.deadlines().armNoLater(session, running.ackDeadlineNanos);
    }
  }

  /** A hold that a restart would not wait for may not be told to its host. */
  private void rememberHold(long nowNanos, Session hold, RunningInvalidation running) {
    long leaseNanos = hold.ttlNanos + hold.guardNanos;
    if (unlisted.isCovered(leaseNanos)) {
      return;
    }
    running.waitsForMemory = true;
    unlisted.cover(
        nowNanos,
        leaseNanos,
        new Remembering.Waiter() {
          @Override
          public void remembered(long at) {
            running.waitsForMemory = false;
            completeIfThrough(at, running);
          }

          @Override
          public void failed(long at, Refusal refusal) {
            if (running.isPending()) {
              undo(at, running, KernelObserver.BeginOutcome.CANCELLED, refusal);
            }
          }
        });
  }

  // Completion.

  /** What was owed is no more owed, for whichever reason; it is out of the owed list already. */
  void answered(long nowNanos, Membership member, RunningInvalidation owed) {
    member.session.unacked--;
    owed.answered(member.session, nowNanos);
    completeIfThrough(nowNanos, owed);
  }

  private void completeIfThrough(long nowNanos, RunningInvalidation running) {
    if (running.isPending() && running.isThrough()) {
      complete(nowNanos, running);
    }
  }

  /** The grace is over: spaces are not held any more, and begins wait for their own acks alone. */
  void graceOver(long nowNanos) {
    unlisted.formerOver();
    for (AddressSpace space : List.copyOf(spaces.all())) {
      RunningInvalidation hold = space.graceHold;
      if (hold != null) {
        space.graceHold = null;
        over(nowNanos, hold, false);
      }
      for (RunningInvalidation running : space.running.pending()) {
        running.waitsForGrace = false;
        completeIfThrough(nowNanos, running);
      }
    }
  }

  private void complete(long nowNanos, RunningInvalidation running) {
    running.phase = RunningInvalidation.Phase.HELD;
    core.deadlines().disarm(running);
    core.observer()
        .completed(
            running.what,
            KernelObserver.BeginOutcome.OK,
            running.captured.length,
            nowNanos - running.beganNanos);
    switch (running.completion) {
      case Completion.ToHost toHost -> answerBegun(nowNanos, running);
      case Completion.Release(var whenThrough) -> whenThrough.released(nowNanos, running);
      case Completion.Own own ->
          throw new IllegalStateException("own: completed (expected: held from the start)");
    }
  }

  private void answerBegun(long nowNanos, RunningInvalidation running) {
    Session host = running.host;
    if (host != null && host.isHold) {
      host.renew(nowNanos);
      core.deadlines().arm(host, host.leaseEndNanos());
    }
    core.effects().add(running.as(RunningInvalidation.Output.ANSWER));
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

  /** A non-blockable begin fails. */
  void wouldBlock(long nowNanos, RunningInvalidation running) {
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
        .completed(running.what, outcome, running.captured.length, nowNanos - running.beganNanos);
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
      boolean isForced = forcedEnds.contains(id) || isLostWithItsTerm(host, id);
      return (isForced ? EndResult.FORCE_ENDED : EndResult.NOT_RUNNING).outcome();
    }
    if (running.host == null || !running.host.id.equals(host)) {
      return Outcome.refused(
          new Refusal.PermissionDenied("id.sequence", Long.toString(id.sequence())));
    }
    finish(nowNanos, running, new Refusal.BeginCancelled(id));
    return EndResult.ENDED.outcome();
  }

  /**
   * Whether an invalidation of the coordinator before counts as ended by force: unless the grace
   * still covers what its host did, nobody knows whether its lease was over at the time (G9).
   */
  private boolean isLostWithItsTerm(SessionId host, InvalidationId id) {
    return id.epoch() < core.epoch() && !grace.isWaitingFor(host);
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
    if (isForced) {
      running.endSequence = ++space.sequence;
      space.lastInvalidated.raise(running.what.ranges(), running.endSequence);
    }
    core.observer().ended(running.what, isForced, running.endSequence);
    readers.invalidationOver(nowNanos, running);
    core.effects().add(running.as(RunningInvalidation.Output.END));
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

  /**
   * Its space goes away, and no page of it is in use: a begin that still waits is through, and
   * nobody has to be told of its end. Nothing of the space outlives a restart, so neither has its
   * hold to be remembered.
   */
  void endWithSpace(long nowNanos, RunningInvalidation running) {
    for (Membership member : running.captured) {
      if (running.isPending() && member.owed.take(running.sequence()) != null) {
        running.notAcked(member.session, SessionOutcome.Kind.LEFT);
        answered(nowNanos, member, running);
      }
    }
    running.waitsForMemory = false;
    completeIfThrough(nowNanos, running);
    vanish(running);
  }
}
