package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a session's subscriptions in one space: checked as a whole, then done as a whole.
 *
 * <p>Effective at once, also while invalidations run; where the kernel defers edits of its tree to
 * the end of the epoch (races R11, R12, R13), here the running ones have captured whom they need.
 * Confined to the coordinator's thread.
 */
final class SubscriptionUpdates {
  private final Core core;
  private final Spaces spaces;
  private final Acks acks;

  SubscriptionUpdates(Core core, Spaces spaces, Acks acks) {
    this.core = core;
    this.spaces = spaces;
    this.acks = acks;
  }

  void update(
      long nowNanos,
      @Nullable Session session,
      long spaceId,
      long[] remove,
      List<NewSubscription> add,
      UpdateCallback callback) {
    Refusal wrong = wrong(nowNanos, session, remove.length, add.size());
    if (wrong != null || session == null) {
      Refusal refusal = wrong == null ? new Refusal.NotFound("session", "unknown") : wrong;
      core.effects().add(() -> callback.refused(refusal));
      return;
    }
    Outcome<List<NewSubscription>> planned =
        spaces.usable(spaceId).then(space -> plan(session, space, remove, add));
    AddressSpace space = spaces.get(spaceId);
    switch (planned) {
      case Outcome.Refused<List<NewSubscription>>(var refusal) ->
          core.effects().add(() -> callback.refused(refusal));
      case Outcome.Ok<List<NewSubscription>>(var fresh) -> {
        if (space != null) {
          apply(nowNanos, session, space, remove, add, fresh, callback);
        }
      }
    }
  }

  private @Nullable Refusal wrong(
      long nowNanos, @Nullable Session session, int removeCount, int addCount) {
    if (session == null || session.role != SessionRole.DEVICE) {
      return new Refusal.NotFound("session", session == null ? "unknown" : "of a host");
    }
    if (session.isPutOut() || session.isLeaseOver(nowNanos)) {
      return session.closeReason().refusal();
    }
    int max = core.limits().updateSizeMax();
    if (removeCount > max) {
      return new Refusal.InvalidArgument("remove", removeCount + " ids", "at most " + max);
    }
    if (addCount > max) {
      return new Refusal.InvalidArgument("add", addCount + " subscriptions", "at most " + max);
    }
    return null;
  }

  /** What of {@code add} is new, if nothing of the update is wrong. */
  private Outcome<List<NewSubscription>> plan(
      Session session, AddressSpace space, long[] remove, List<NewSubscription> add) {
    Membership member = session.memberships.get(space.id);
    Set<Long> removed = removed(space, member, remove);
    Map<Long, NewSubscription> fresh = new HashMap<>();
    for (int i = 0; i < add.size(); i++) {
      NewSubscription wanted = add.get(i);
      Refusal wrong = wrong(i, wanted, space.pageSizeBytes);
      if (wrong != null) {
        return Outcome.refused(wrong);
      }
      int slot =
          member == null || removed.contains(wanted.id())
              ? SlotTable.NONE
              : space.subscriptions.find(member, wanted.id());
      NewSubscription repeated = fresh.get(wanted.id());
      boolean isTaken =
          slot != SlotTable.NONE
              ? !space.subscriptions.hasBounds(slot, wanted.first(), wanted.last())
              : repeated != null && !repeated.equals(wanted);
      if (isTaken) {
        return Outcome.refused(taken(i, wanted.id()));
      }
      if (slot == SlotTable.NONE) {
        fresh.put(wanted.id(), wanted);
      }
    }
    Refusal full = full(session, space, fresh.size() - removed.size());
    return full == null ? Outcome.ok(List.copyOf(fresh.values())) : Outcome.refused(full);
  }

  private static Set<Long> removed(AddressSpace space, @Nullable Membership member, long[] remove) {
    Set<Long> removed = new HashSet<>();
    if (member != null) {
      for (long id : remove) {
        if (space.subscriptions.find(member, id) != SlotTable.NONE) {
          removed.add(id);
        }
      }
    }
    return removed;
  }

  private static @Nullable Refusal wrong(int index, NewSubscription wanted, long pageSizeBytes) {
    if (wanted.id() == 0) {
      return new Refusal.InvalidArgument("add[" + index + "].subscription_id", "0", "not 0");
    }
    return RequestedRanges.isWellFormed(wanted.first(), wanted.last(), pageSizeBytes)
        ? null
        : RequestedRanges.explain(
            "add[" + index + "].range", wanted.first(), wanted.last(), pageSizeBytes);
  }

  private static Refusal taken(int index, long id) {
    return new Refusal.AlreadyExists(
        "add[" + index + "].subscription_id", Long.toUnsignedString(id), id);
  }

  private @Nullable Refusal full(Session session, AddressSpace space, int growth) {
    KernelLimits limits = core.limits();
    if (growth > 0 && session.subscriptions + growth > limits.subscriptionsPerSessionMax()) {
      return core.limitReached(
          "limits.subscriptions-per-session", limits.subscriptionsPerSessionMax());
    }
    if (growth > 0 && space.subscriptions.size() + growth > limits.subscriptionsPerSpaceMax()) {
      return core.limitReached("limits.subscriptions-per-space", limits.subscriptionsPerSpaceMax());
    }
    return null;
  }

  private void apply(
      long nowNanos,
      Session session,
      AddressSpace space,
      long[] remove,
      List<NewSubscription> add,
      List<NewSubscription> fresh,
      UpdateCallback callback) {
    Membership member = membership(session, space);
    boolean isAnyRemoved = false;
    for (long id : remove) {
      isAnyRemoved |= space.subscriptions.remove(member, id);
    }
    for (NewSubscription subscription : fresh) {
      space.subscriptions.add(member, subscription.id(), subscription.first(), subscription.last());
    }
    SubscriptionsUpdate update =
        new SubscriptionsUpdate(
            space.id,
            space.epoch,
            space.sequence,
            ++member.version,
            space.pageSizeBytes,
            running(session, space, add));
    core.effects().add(() -> callback.updated(update));
    if (isAnyRemoved) {
      // Only now: what was removed and added again is still owed for.
      acks.forgiveUncovered(nowNanos, member);
    }
  }

  private static Membership membership(Session session, AddressSpace space) {
    Membership member = session.memberships.get(space.id);
    if (member == null) {
      member = new Membership(session, space);
      space.subscriptions.join(member);
      session.memberships.put(space.id, member);
    }
    return member;
  }

  /** What runs over the added ranges (races R6, R7); its end will be told. */
  private static List<Invalidation> running(
      Session session, AddressSpace space, List<NewSubscription> add) {
    if (add.isEmpty() || space.running.size() == 0) {
      return List.of();
    }
    AddressRanges ranges =
        AddressRanges.ofBounds(
            add.stream().mapToLong(NewSubscription::first).toArray(),
            add.stream().mapToLong(NewSubscription::last).toArray());
    List<Invalidation> found = new ArrayList<>();
    for (RunningInvalidation running : space.running.allOverlapping(ranges)) {
      if (running.owner != session) {
        running.addLateSubscriber(session);
        found.add(running.what);
      }
    }
    return found;
  }
}
