package io.svmcoord.server.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Carries device sessions on over another stream (G7), with all that the device mirrors.
 *
 * <p>No log of events is kept. What a session missed follows from the state: a begin that it has
 * not acked is still PENDING and is told again, whether it was sent before or not, because nobody
 * knows what of it arrived; one that is over without its ack never was OK for its host, so nothing
 * changed under it; an end that it missed shows by what no longer runs. The resume position of the
 * device is a check, and nothing is left out because of it.
 *
 * <p>A session that is put out or whose lease is over stays so: its device has fenced itself, and
 * begins have gone on without its ack (G1, G6). O(running invalidations of its spaces * log n).
 * Confined to the coordinator's thread.
 */
final class Resumes {
  /** Most spaces that one resume names, and that it is answered. */
  static final int SPACES_MAX = 4096;

  /** What a session missed, worked out before anything of it changes. */
  private record Missed(List<SpaceBaseline> spaces, List<Invalidation> owed, int resyncs) {}

  private final Core core;
  private final Spaces spaces;
  private final Sessions sessions;

  Resumes(Core core, Spaces spaces, Sessions sessions) {
    this.core = core;
    this.spaces = spaces;
    this.sessions = sessions;
  }

  void resume(long nowNanos, ResumeRequest request, DeviceOutlet outlet, ResumeCallback callback) {
    Session session = sessions.get(request.key());
    Outcome<Missed> outcome =
        session == null || session.role != SessionRole.DEVICE
            ? Outcome.refused(unknown(request))
            : missed(nowNanos, session, request);
    switch (outcome) {
      case Outcome.Refused<Missed>(var refusal) -> {
        core.observer().resumeAnswered(KernelObserver.ResumeOutcome.REFUSED);
        core.effects().add(() -> callback.refused(refusal));
      }
      case Outcome.Ok<Missed>(var missed) -> {
        if (session != null) {
          carryOn(nowNanos, session, request, outlet, missed, callback);
        }
      }
    }
  }

  private Refusal unknown(ResumeRequest request) {
    return request.incarnation().equals(core.incarnation())
        ? new Refusal.SessionExpired(SessionId.NONE, EndCause.LEASE_EXPIRED)
        : new Refusal.NewIncarnation();
  }

  private Outcome<Missed> missed(long nowNanos, Session session, ResumeRequest request) {
    if (!request.incarnation().equals(core.incarnation())) {
      return Outcome.refused(new Refusal.NewIncarnation());
    }
    if (session.isPutOut() || session.isLeaseOver(nowNanos)) {
      return Outcome.refused(session.closeReason().refusal());
    }
    return positions(request).then(positions -> missed(session, positions));
  }

  private static Outcome<Map<Long, SpacePosition>> positions(ResumeRequest request) {
    if (request.positions().size() > SPACES_MAX) {
      return Outcome.refused(
          new Refusal.InvalidArgument(
              "positions", request.positions().size() + " spaces", "at most " + SPACES_MAX));
    }
    Map<Long, SpacePosition> positions = new TreeMap<>();
    for (int i = 0; i < request.positions().size(); i++) {
      SpacePosition position = request.positions().get(i);
      if (positions.put(position.spaceId(), position) != null) {
        return Outcome.refused(
            new Refusal.InvalidArgument(
                "positions[" + i + "].space_id",
                Long.toUnsignedString(position.spaceId()),
                "one position per space"));
      }
    }
    return Outcome.ok(positions);
  }

  private Outcome<Missed> missed(Session session, Map<Long, SpacePosition> positions) {
    List<SpaceBaseline> found = new ArrayList<>();
    List<Invalidation> owed = new ArrayList<>();
    int resyncs = 0;
    int ranges = 0;
    for (Membership member : session.members()) {
      SpacePosition position = positions.remove(member.space.id);
      SpaceBaseline baseline = baseline(member, position);
      found.add(baseline);
      resyncs += baseline.isResyncRequired() ? 1 : 0;
      ranges += baseline.rangeCount();
      addOwed(member, owed);
    }
    for (SpacePosition position : positions.values()) {
      AddressSpace space = spaces.get(position.spaceId());
      if (space != null) {
        // The device believes in subscriptions that nobody knows of.
        found.add(new SpaceBaseline(space.id, space.epoch, space.sequence, 0, List.of(), true));
        resyncs++;
      }
    }
    if (found.size() > SPACES_MAX) {
      return Baselines.tooMuch("spaces", found.size(), SPACES_MAX);
    }
    return ranges > Baselines.RANGES_MAX
        ? Baselines.tooMuch("running ranges", ranges, Baselines.RANGES_MAX)
        : Outcome.ok(new Missed(found, owed, resyncs));
  }

  private static SpaceBaseline baseline(Membership member, @Nullable SpacePosition position) {
    // Without a position: the device was not told yet that it has subscriptions there.
    return Baselines.of(member, position != null && !isPossible(member, position));
  }

  private static boolean isPossible(Membership member, SpacePosition position) {
    return position.epoch() == member.space.epoch
        && Long.compareUnsigned(position.sequence(), member.space.sequence) <= 0
        && Long.compareUnsigned(position.version(), member.version) <= 0;
  }

  private static void addOwed(Membership member, List<Invalidation> owed) {
    for (int i = member.owed.head(); i < member.owed.tail(); i++) {
      RunningInvalidation one = member.owed.at(i);
      if (one != null) {
        owed.add(one.what);
      }
    }
  }

  private void carryOn(
      long nowNanos,
      Session session,
      ResumeRequest request,
      DeviceOutlet outlet,
      Missed missed,
      ResumeCallback callback) {
    DeviceOutlet old = session.deviceOutlet;
    session.deviceOutlet = outlet;
    session.state = SessionState.ACTIVE;
    session.peer = request.peer();
    // Its timer stays where it is: it fires early and is armed anew.
    session.renew(nowNanos);
    core.observer()
        .resumeAnswered(
            old == null
                ? KernelObserver.ResumeOutcome.RESUMED
                : KernelObserver.ResumeOutcome.SUPERSEDED);
    for (int i = 0; i < missed.resyncs(); i++) {
      core.observer().resyncRequired();
    }
    if (old != null) {
      core.effects().add(old::superseded);
    }
    SessionGrant grant = session.grant(core.config().heartbeatDivisor());
    core.effects().add(() -> callback.resumed(grant, missed.spaces()));
    for (Invalidation owed : missed.owed()) {
      core.effects().add(() -> outlet.invalidate(owed));
    }
  }
}
