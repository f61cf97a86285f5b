package io.svmcoord.server.kernel;

import io.svmcoord.loadtest.sim.mutant.Inside;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.range.IntervalTree;
import io.svmcoord.range.OverlapVisitor;
import io.svmcoord.range.SequenceMap;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands where a rule of the kernel was, for mutants: the nearest wrong thing. Called from
 * rewritten code alone. Confined to the coordinator's thread.
 */
final class KernelStandIns {
  private KernelStandIns() {}

  // Readers.

  /** A begin that waits for its acks does not count as running. */
  static @Nullable RunningInvalidation heldOverlapping(
      RunningInvalidations running, AddressRanges ranges) {
    RunningInvalidation found = running.anyOverlapping(ranges);
    return found != null && found.isPending() ? null : found;
  }

  /** Whatever runs, wherever it is. */
  static @Nullable RunningInvalidation anything(
      RunningInvalidations running, AddressRanges ranges) {
    return running.oldest();
  }

  static long latestAnywhere(SequenceMap map, AddressRanges ranges) {
    return map.latest();
  }

  static long highestOfFirst(SequenceMap map, AddressRanges ranges) {
    return map.highest(ranges.first(0), ranges.last(0));
  }

  /** A flag that the end resets, instead of a sequence. */
  static long highestIfRunning(SequenceMap map, AddressRanges ranges, Readers readers) {
    Spaces spaces = Inside.get(readers, "spaces");
    boolean isRunning =
        spaces.all().stream()
            .filter(space -> space.lastInvalidated == map)
            .anyMatch(space -> space.running.anyOverlapping(ranges) != null);
    return isRunning ? Long.MAX_VALUE : 0;
  }

  // Begins.

  static void raiseIfTold(RunningInvalidations registry, RunningInvalidation added) {
    if (added.captured.length > 0) {
      added.space.lastInvalidated.raise(added.what.ranges(), added.sequence());
    }
    registry.add(added);
  }

  static Membership[] allButLast(Subscriptions subscriptions) {
    Membership[] all = subscriptions.takeCaptured();
    return all.length == 0 ? all : Arrays.copyOf(all, all.length - 1);
  }

  static int one(AddressRanges ranges) {
    return 1;
  }

  static boolean overlapsOfFirstAddress(
      IntervalTree tree, long first, long last, OverlapVisitor visitor) {
    return tree.forEachOverlap(first, first, visitor);
  }

  static int captureWithOwner(
      Subscriptions subscriptions, AddressRanges ranges, @Nullable Session owner) {
    return subscriptions.capture(ranges, null);
  }

  /** Tells all, and counts no ack as owed. */
  static void addAndTell(RunningInvalidations registry, RunningInvalidation added) {
    registry.add(added);
    for (Membership member : added.captured) {
      DeviceOutlet outlet = member.session.deviceOutlet;
      if (outlet != null) {
        outlet.invalidate(added.what);
      }
    }
    added.owing = 0;
  }

  /** The host hears the refusal; the begin is left as it is. */
  static void refuseOnly(
      Invalidations invalidations,
      long nowNanos,
      RunningInvalidation running,
      KernelObserver.BeginOutcome outcome,
      Refusal refusal) {
    Core core = Inside.get(invalidations, "core");
    core.deadlines().disarm(running);
    if (running.completion instanceof Completion.ToHost(var callback)) {
      core.effects().add(() -> callback.refused(refusal));
    }
  }

  // Acks.

  /** One session's ack is taken for everybody's. */
  static void answeredForAll(
      Invalidations invalidations, long nowNanos, Membership member, RunningInvalidation owed) {
    for (Membership other : owed.captured) {
      if (other.owed.take(owed.sequence()) != null) {
        invalidations.answered(nowNanos, other, owed);
      }
    }
    invalidations.answered(nowNanos, member, owed);
  }

  static AckResult ackUpTo(
      Acks acks,
      long nowNanos,
      @Nullable Session session,
      long spaceId,
      long epoch,
      long sequence,
      boolean isAllUpTo) {
    return acks.ack(nowNanos, session, spaceId, epoch, sequence, true);
  }

  // Notices.

  static void invalidateTwice(DeviceOutlet outlet, Invalidation invalidation) {
    outlet.invalidate(invalidation);
    outlet.invalidate(invalidation);
  }

  static void endedTwice(
      DeviceOutlet outlet, Invalidation invalidation, boolean isForced, long endSequence) {
    outlet.ended(invalidation, isForced, endSequence);
    outlet.ended(invalidation, isForced, endSequence);
  }

  static void tellEndUnlessWhole(Notices notices, Session session, RunningInvalidation running) {
    DeviceOutlet outlet = session.deviceOutlet;
    if (outlet != null && !isWholeSubscribed(session, running.space)) {
      outlet.ended(running.what, running.endSequence != 0, running.endSequence);
    }
  }

  private static boolean isWholeSubscribed(Session session, AddressSpace space) {
    Membership member = session.memberships.get(space.id);
    for (int i = 0; member != null && i < member.slots.capacity(); i++) {
      int slot = member.slots.slotAt(i);
      if (slot != SlotTable.NONE && space.subscriptions.hasBounds(slot, 0, -1)) {
        return true;
      }
    }
    return false;
  }

  // Subscriptions.

  static List<Invalidation> nothingRuns(
      Session session, AddressSpace space, List<NewSubscription> add) {
    return List.of();
  }

  // Sessions and leases.

  static boolean active(Session session) {
    return true;
  }

  static boolean notPutOut(Session session) {
    return false;
  }

  static long withoutGuard(long leaseEndNanos, Session session) {
    return leaseEndNanos - session.guardNanos;
  }

  /** As if all clocks ran at one rate: the guard is what is left of it. */
  static long withoutRateError(long leaseEndNanos, Session session) {
    return leaseEndNanos - session.guardNanos + session.ttlNanos / 100;
  }

  static long hostsHalf(long leaseEndNanos, Session session) {
    return session.role == SessionRole.HOST ? leaseEndNanos - session.ttlNanos : leaseEndNanos;
  }

  static long evictedIsOver(long leaseEndNanos, Session session) {
    return session.state == SessionState.EVICTED ? longAgo(leaseEndNanos, session) : leaseEndNanos;
  }

  private static long longAgo(long leaseEndNanos, Session session) {
    return leaseEndNanos - 2 * (session.ttlNanos + session.guardNanos);
  }

  /** A device whose stream broke counts as one that has left. */
  static void deviceLeft(Coordinator coordinator, long nowNanos, SessionId id) {
    brokenStreamIsLeaving(coordinator, nowNanos, id, SessionRole.DEVICE);
  }

  /** A host whose stream broke counts as one that has left. */
  static void hostLeft(Coordinator coordinator, long nowNanos, SessionId id) {
    brokenStreamIsLeaving(coordinator, nowNanos, id, SessionRole.HOST);
  }

  private static void brokenStreamIsLeaving(
      Coordinator coordinator, long nowNanos, SessionId id, SessionRole role) {
    Sessions sessions = Inside.get(coordinator, "sessions");
    Session session = sessions.get(id);
    if (session != null && session.role == role) {
      coordinator.detach(nowNanos, id);
      return;
    }
    Effects effects = Inside.get(coordinator, "effects");
    Lifecycle lifecycle = Inside.get(coordinator, "lifecycle");
    effects.enter();
    lifecycle.streamBroken(id);
    effects.leave();
  }

  // Ends.

  static void endQuietly(Invalidations invalidations, long nowNanos, RunningInvalidation running) {
    invalidations.finish(nowNanos, running, new Refusal.BeginCancelled(running.what.id()));
  }

  static Outcome<EndResult> unknownIsAnError(EndResult result) {
    return result == EndResult.NOT_RUNNING
        ? Outcome.refused(new Refusal.NotFound("id", "unknown"))
        : result.outcome();
  }

  // Restarts.

  static long epochOfSpace(Token token, Readers readers) {
    Spaces spaces = Inside.get(readers, "spaces");
    AddressSpace space = spaces.get(token.spaceId());
    return space == null ? token.epoch() : space.epoch;
  }

  static Object quarterOfLongest(NavigableMap<Long, Integer> leases) {
    return leases.lastKey() / 4;
  }
}
