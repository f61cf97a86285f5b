package io.svmcoord.client;

import io.svmcoord.range.AddressRanges;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.Refusal;
import io.svmcoord.v1.SpaceBaseline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What the coordinator sends to a device, in the order of the stream: each event goes to all
 * mirrors of its space, then it is acked. Confined to the session's mailbox.
 */
final class DeviceEvents {
  private static final int REFUSAL_CHARS_MAX = 256;

  private final ClientRuntime runtime;
  private final SessionKeeper<
          DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
      keeper;
  private final MirrorRules rules;
  private final Optional<Executor> parallel;
  private final Map<Long, SpaceMirrors> spaces;
  private final UpdateCommands commands;

  DeviceEvents(
      ClientRuntime runtime,
      SessionKeeper<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          keeper,
      DeviceOptions options,
      Map<Long, SpaceMirrors> spaces,
      UpdateCommands commands) {
    this.runtime = runtime;
    this.keeper = keeper;
    this.rules = options.rules();
    this.parallel = options.isParallel() ? Optional.of(runtime.background()) : Optional.empty();
    this.spaces = spaces;
    this.commands = commands;
  }

  void handle(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      DeviceSessionResponse message) {
    for (DeviceNotice notice : message.getNoticesList()) {
      // A notice may end the session; what follows it on the stream is not ours any more.
      if (!keeper.isCurrent(stream)) {
        return;
      }
      switch (notice.getNoticeCase()) {
        case INVALIDATE -> invalidate(stream, notice.getInvalidate());
        case ENDED -> ended(stream, notice.getEnded());
        case CAUGHT_UP -> caughtUp(stream, notice.getCaughtUp());
        case UPDATED -> commands.answered(notice.getUpdated());
        case FAILED ->
            commands.refused(
                notice.getFailed().getCorrelationId(), Errors.of(notice.getFailed().getFailure()));
        case RELEASED -> released(notice.getReleased().getSpaceId());
        case DRAINING -> keeper.draining(notice.getDraining().getDeadlineMillis());
        case HEARTBEAT, OPENED, RESUMED, NOTICE_NOT_SET -> {
          // Handled on arrival, or news that this version does not know.
        }
      }
    }
  }

  private void invalidate(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      Invalidate event) {
    SpaceMirrors space = spaces.get(event.getSpaceId());
    if (space == null) {
      ack(stream, event, false);
      return;
    }
    switch (space.order(event.getEpoch())) {
      case OLD -> {
        return;
      }
      case NEW -> {
        keeper.giveUp(Errors.lost("the address space has a new epoch", null), true);
        return;
      }
      case SAME -> {
        // Handled before the session was resumed: nothing of it was mapped since.
        EventAnswer before = space.answer(event.getSequence());
        if (before != null) {
          answer(stream, event, before);
          return;
        }
        space.begin(event.getSequence());
      }
    }
    List<MirrorCore> mirrors = space.mirrors.stream().map(one -> one.mirror).toList();
    if (!event.getNonBlockable()) {
      tearDown(stream, event, mirrors);
    } else {
      tearDownAtOnce(stream, event, mirrors);
    }
  }

  /** All locks or none: a refused invalidation leaves every table as it was. */
  private void tearDownAtOnce(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      Invalidate event,
      List<MirrorCore> mirrors) {
    List<MirrorCore> taken = new ArrayList<>(mirrors.size());
    try {
      for (MirrorCore mirror : mirrors) {
        if (!mirror.tryLock()) {
          mirror.countRefusal();
          answerFirst(stream, event, new EventAnswer.WouldBlock());
          return;
        }
        taken.add(mirror);
      }
      tearDown(stream, event, mirrors);
    } finally {
      taken.forEach(MirrorCore::unlock);
    }
  }

  private void tearDown(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      Invalidate event,
      List<MirrorCore> mirrors) {
    InvalidationNotice notice =
        new InvalidationNotice(
            event.getSpaceId(),
            event.getSequence(),
            Wire.event(event.getEvent()),
            Wire.ranges(event.getRangesList()),
            event.getNonBlockable());
    HandlerRun run = new HandlerRun(mirrors, notice, parallel);
    try {
      rules.tearDownThenAck(run::start, () -> answer(stream, event, run));
    } catch (Throwable e) {
      // Whatever it was: the device does not know what it still uses, so this is no ack.
      failed(stream, event, e);
    }
  }

  /** The ack, when the device has stopped: the mailbox goes on with other invalidations. */
  private void answer(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      Invalidate event,
      HandlerRun run) {
    run.refuser().ifPresent(MirrorCore::countRefusal);
    answerFirst(
        stream,
        event,
        run.refuser().isPresent()
            ? new EventAnswer.WouldBlock()
            : new EventAnswer.Stopped(run.stopped()));
  }

  /** Answers, and remembers how: after a resume the same is answered again. */
  private void answerFirst(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      Invalidate event,
      EventAnswer answer) {
    SpaceMirrors space = spaces.get(event.getSpaceId());
    if (space != null) {
      space.answered(event.getSequence(), answer);
    }
    answer(stream, event, answer);
  }

  private void answer(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      Invalidate event,
      EventAnswer answer) {
    answer(stream, event, answer, false);
  }

  private void answer(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      Invalidate event,
      EventAnswer answer,
      boolean isAllUpTo) {
    switch (answer) {
      case EventAnswer.WouldBlock() ->
          refuse(stream, event, Refusal.Cause.CAUSE_WOULD_BLOCK, "the device would have to wait");
      case EventAnswer.Stopped(var stopped) -> {
        var _ =
            stopped.whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    ack(stream, event, isAllUpTo);
                  } else {
                    keeper.post(() -> failed(stream, event, Futures.unwrap(failure)));
                  }
                });
      }
    }
  }

  private void failed(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      Invalidate event,
      Throwable cause) {
    // The session may have been resumed since the event came.
    var now = keeper.carrying(stream.sessionId());
    refuse(now == null ? stream : now, event, Refusal.Cause.CAUSE_FAILED, String.valueOf(cause));
    failed(stream, event.getSpaceId(), cause);
  }

  private void failed(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      long spaceId,
      Throwable cause) {
    keeper.tell(new SessionEvent.HandlerFailed(spaceId, cause));
    if (keeper.carrying(stream.sessionId()) != null) {
      keeper.giveUp(Errors.lost("a device table failed to invalidate", cause), true);
    }
  }

  private void ended(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      InvalidationEnded event) {
    SpaceMirrors space = spaces.get(event.getSpaceId());
    if (space == null || space.order(event.getEpoch()) != SpaceMirrors.EpochOrder.SAME) {
      return;
    }
    space.ended(event.getSequence());
    try {
      space.mirrors.forEach(one -> one.mirror.ended(event.getSequence(), event.getForced()));
    } catch (Throwable e) {
      failed(stream, event.getSpaceId(), e);
    }
  }

  /**
   * What stands for events that waited too long: torn down as one of them, and acked for all of
   * them. What runs is not told again but after a resume, so it is answered by this then.
   */
  private void caughtUp(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      SpaceBaseline baseline) {
    Invalidate all =
        Invalidate.newBuilder()
            .setSpaceId(baseline.getSpaceId())
            .setEpoch(baseline.getEpoch())
            .setSequence(baseline.getSequence())
            .build();
    SpaceMirrors space = spaces.get(baseline.getSpaceId());
    if (space == null) {
      // Nothing of it is mirrored, or not yet: the first subscription's answer is under way.
      ack(stream, all, true);
      return;
    }
    switch (space.order(baseline.getEpoch())) {
      case OLD -> {
        return;
      }
      case NEW -> {
        keeper.giveUp(Errors.lost("the address space has a new epoch", null), true);
        return;
      }
      case SAME -> {
        // Goes on below.
      }
    }
    boolean isResync = baseline.getResyncRequired();
    Optional<AddressRanges> changed =
        isResync ? Optional.of(MirrorCore.EVERYTHING) : Wire.changed(baseline.getChangedList());
    Map<Long, AddressRanges> running = Wire.running(baseline.getRunningList());
    List<MirrorCore> mirrors = space.mirrors.stream().map(one -> one.mirror).toList();
    HandlerRun run =
        new HandlerRun(
            mirrors, mirror -> mirror.caughtUp(changed, isResync, running), false, parallel);
    try {
      rules.tearDownThenAck(
          run::start,
          () -> {
            space.caughtUp(
                baseline.getSequence(), running.keySet(), new EventAnswer.Stopped(run.stopped()));
            answer(stream, all, new EventAnswer.Stopped(run.stopped()), true);
          });
    } catch (Throwable e) {
      failed(stream, all, e);
      return;
    }
    if (isResync) {
      keeper.tell(new SessionEvent.Resynced(baseline.getSpaceId()));
    }
  }

  /** A space is gone. In the mailbox. */
  void released(long spaceId) {
    SpaceMirrors space = spaces.remove(spaceId);
    if (space == null) {
      return;
    }
    space.mirrors.forEach(one -> one.mirror.finish(MirrorState.Phase.GONE));
    Deadline deadline = runtime.deadlineAfter(runtime.deadline());
    boolean isBroken = false;
    for (SubscribedMirror one : space.mirrors) {
      isBroken |= !one.mirror.awaitStopped(deadline);
    }
    keeper.tell(new SessionEvent.SpaceReleased(spaceId));
    if (isBroken) {
      keeper.giveUp(Errors.lost("a device table failed to drop everything", null), false);
    }
  }

  private static void ack(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      Invalidate event,
      boolean isAllUpTo) {
    Ack ack =
        Ack.newBuilder()
            .setSpaceId(event.getSpaceId())
            .setEpoch(event.getEpoch())
            .setSequence(event.getSequence())
            .setAllUpTo(isAllUpTo)
            .build();
    // Not sent when the stream is over: then the lease speaks for this device.
    stream.send(message -> message.addAcks(ack));
  }

  private static void refuse(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      Invalidate event,
      Refusal.Cause cause,
      String text) {
    Refusal refusal =
        Refusal.newBuilder()
            .setSpaceId(event.getSpaceId())
            .setEpoch(event.getEpoch())
            .setSequence(event.getSequence())
            .setCause(cause)
            .setMessage(text.substring(0, Math.min(text.length(), REFUSAL_CHARS_MAX)))
            .build();
    stream.send(message -> message.addRefusals(refusal));
  }
}
