package io.svmcoord.server.kernel;

/**
 * Takes spaces away: readers are refused at once, every subscriber is told a RELEASE of the whole
 * space, and when each has acked or is fenced all is gone (race R16). Confined to the coordinator's
 * thread.
 */
final class Releases {
  /** Most callers that wait for the release of one space; more are refused. */
  static final int CALLERS_MAX = 256;

  private final Core core;
  private final Spaces spaces;
  private final Remembering remembering;
  private final Readers readers;
  private final PostponedBegins postponed;
  private final Invalidations invalidations;

  Releases(
      Core core,
      Spaces spaces,
      Remembering remembering,
      Readers readers,
      PostponedBegins postponed,
      Invalidations invalidations) {
    this.core = core;
    this.spaces = spaces;
    this.remembering = remembering;
    this.readers = readers;
    this.postponed = postponed;
    this.invalidations = invalidations;
  }

  void release(long nowNanos, long spaceId, long ackDeadlineNanos, ReleaseCallback callback) {
    AddressSpace space = spaces.get(spaceId);
    if (space == null) {
      refuse(callback, Spaces.notFound(spaceId));
      return;
    }
    long deadlineNanos = core.ackDeadlineNanos(ackDeadlineNanos);
    Refusal wrong = core.wrongAckDeadline(deadlineNanos);
    if (wrong == null) {
      release(nowNanos, space, deadlineNanos, callback);
    } else {
      refuse(callback, wrong);
    }
  }

  private void refuse(ReleaseCallback callback, Refusal refusal) {
    core.effects().add(() -> callback.refused(refusal));
  }

  private void release(
      long nowNanos, AddressSpace space, long ackDeadlineNanos, ReleaseCallback callback) {
    if (space.releaseCallbacks.size() >= CALLERS_MAX) {
      refuse(callback, core.limitReached("releaseCallersMax", CALLERS_MAX));
      return;
    }
    boolean isFirst = !space.isReleasing();
    space.releaseCallbacks.add(callback);
    if (isFirst) {
      readers.refuseAll(space);
      postponed.refuseAll(nowNanos, space);
      invalidations.beginRelease(
          nowNanos, space, ackDeadlineNanos, new Completion.Release(this::finish));
    }
  }

  /**
   * Every subscriber has acked or is fenced: no page of the space is in use. So begins that still
   * wait for one are through, and all is gone with the space.
   */
  private void finish(long nowNanos, RunningInvalidation release) {
    AddressSpace space = release.space;
    RunningInvalidation running = space.running.oldest();
    while (running != null) {
      RunningInvalidation newer = running.newer;
      invalidations.endWithSpace(nowNanos, running);
      running = newer;
    }
    for (Membership member : space.subscriptions.members()) {
      space.subscriptions.leave(member);
      member.session.memberships.remove(space.id);
      core.effects().add(() -> Notices.tellReleased(member.session, space));
    }
    spaces.remove(space);
    FanOutReport report = release.report();
    remembering.note(
        nowNanos,
        new MemoryChange.SpaceGone(space.id),
        new Remembering.Waiter() {
          @Override
          public void remembered(long at) {
            answer(space, report);
          }

          @Override
          public void failed(long at, Refusal refusal) {
            // Gone all the same; a restart before the next write brings it back, unused.
            answer(space, report);
          }
        });
  }

  private void answer(AddressSpace space, FanOutReport report) {
    for (ReleaseCallback callback : space.releaseCallbacks) {
      core.effects().add(() -> callback.released(report));
    }
  }
}
