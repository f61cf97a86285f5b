package io.svmcoord.loadtest.sim.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session as the ledger knows it. Changed by the ledger alone. */
final class KnownSession {
  /** What a session subscribes in a space, from a sequence on. */
  private record Subscribed(long sequence, long pages) {}

  /** One space of a session. */
  private static final class Membership {
    final Map<Long, Long> pagesById = new HashMap<>();
    final List<Subscribed> history = new ArrayList<>();
  }

  final long id;
  final boolean isHost;
  boolean isEvicted;
  boolean isLeaseOver;
  boolean isOver;
  boolean hasLeft;
  boolean isStreamOver;
  long evictedNanos;
  long cancelReceivedNanos = Long.MIN_VALUE;

  /** Changes of subscriptions that arrived and are not answered. */
  final Map<Long, Fact.UpdateReceived> updates = new HashMap<>();

  /** The change that was answered last. */
  Fact.@Nullable UpdateReceived lastUpdate;

  /** Acks that arrived, and when they did last. */
  private final Map<InvalidationKey, Long> acks = new HashMap<>();

  private final List<Fact.AckReceived> allUpTo = new ArrayList<>();

  private final Map<Long, Membership> memberships = new HashMap<>();

  KnownSession(long id, boolean isHost) {
    this.id = id;
    this.isHost = isHost;
  }

  /** An update took effect: begins with a higher sequence see it. */
  void updated(Fact.UpdateReceived update, long sequence) {
    lastUpdate = update;
    Membership member = memberships.computeIfAbsent(update.space(), space -> new Membership());
    member.pagesById.keySet().removeAll(update.removed());
    member.pagesById.putAll(update.added());
    long pages = 0;
    for (long each : member.pagesById.values()) {
      pages |= each;
    }
    member.history.add(new Subscribed(sequence, pages));
  }

  void ackReceived(Fact.AckReceived ack) {
    acks.put(ack.id(), ack.timeNanos());
    if (ack.isAllUpTo()) {
      allUpTo.add(ack);
    }
  }

  /**
   * Whether an ack of an invalidation arrived before a time; one that came before its begin, by
   * more than loops are late, does not count.
   */
  boolean hasAcked(KnownInvalidation one, long beforeNanos, long slackNanos) {
    long afterNanos = one.begun.timeNanos() - slackNanos;
    Long ackedNanos = acks.get(one.id());
    if (ackedNanos != null && ackedNanos <= beforeNanos && ackedNanos >= afterNanos) {
      return true;
    }
    for (Fact.AckReceived ack : allUpTo) {
      boolean isMeant =
          ack.id().space() == one.id().space()
              && ack.id().epoch() == one.id().epoch()
              && ack.id().sequence() >= one.id().sequence();
      if (isMeant && ack.timeNanos() <= beforeNanos && ack.timeNanos() >= afterNanos) {
        return true;
      }
    }
    return false;
  }

  void released(long space) {
    memberships.remove(space);
  }

  /** What a begin of this sequence found subscribed, as far as it was answered. */
  long subscribedAt(long space, long sequence) {
    Membership member = memberships.get(space);
    if (member == null) {
      return 0;
    }
    for (int i = member.history.size() - 1; i >= 0; i--) {
      Subscribed subscribed = member.history.get(i);
      if (subscribed.sequence() < sequence) {
        return subscribed.pages();
      }
    }
    return 0;
  }

  /**
   * Whether an invalidation found something of it subscribed, and something was all the while
   * since: what is unsubscribed counts as acked, also if it is subscribed again.
   */
  boolean isConcerned(KnownInvalidation one) {
    InvalidationKey id = one.id();
    Membership member = memberships.get(id.space());
    if (member == null || !one.overlaps(subscribedAt(id.space(), id.sequence()))) {
      return false;
    }
    for (Subscribed subscribed : member.history) {
      if (subscribed.sequence() >= id.sequence() && !one.overlaps(subscribed.pages())) {
        return false;
      }
    }
    return true;
  }

  boolean isUpdating(long space) {
    for (Fact.UpdateReceived update : updates.values()) {
      if (update.space() == space) {
        return true;
      }
    }
    return false;
  }

  /** Whether its client may still use what it mirrors, as far as the coordinator can know. */
  boolean mayUse() {
    return !isLeaseOver && !isOver && !hasLeft;
  }
}
