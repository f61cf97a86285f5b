package io.svmcoord.server.kernel;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The time after a start in which clients of the coordinator before may still act on what it told
 * them (promise G10). It is on from the start until each known session has come back, or its lease
 * is certainly over; a start that knows none has no grace.
 *
 * <h2>Idea</h2>
 *
 * A former device may use pages that it mirrors, and nobody can send it an event: so no begin is
 * through while the grace is on. A former host may change mappings that it once invalidated, and
 * nobody remembers which: so every space is invalid as a whole. The latter is an ordinary running
 * invalidation, the coordinator's own: whoever subscribes finds it running and is told its end, as
 * of any other (races R6, R7), and no client has to know of restarts. Mappers don't wait for it but
 * are sent away to come back.
 *
 * <p>A lease was renewed for the last time before the start, so it is over one lease after it, by
 * this coordinator's clock; the guard in it makes up for the difference of the clocks' rates. The
 * scheme is that of Gray and Cheriton's leases after a server's crash, and of NFSv4's grace period.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>I1 While it is on, each space has its {@code graceHold} running, from before anybody is
 *       told of the space; afterwards none has.
 *   <li>I2 While it is on, the timer is armed for the end of the longest lease that is waited for.
 *   <li>I3 It never comes on again.
 * </ul>
 *
 * Reclaim: O(log n) for n known sessions. Confined to the coordinator's thread.
 */
final class Grace extends Timer {
  private static final AddressRanges WHOLE = AddressRanges.of(AddressRange.WHOLE);

  private final Core core;
  private final Remembering remembering;
  private final long startNanos;

  /** Who is waited for, by key. */
  private final Map<KeyDigest, KnownSession> known = new HashMap<>();

  /** The hosts among them. */
  private final Set<SessionId> hosts = new HashSet<>();

  /** How often each length of lease is waited for, those that are not listed included. */
  private final TreeMap<Long, Integer> leases = new TreeMap<>();

  private int reclaimed;

  Grace(Core core, Remembering remembering, long nowNanos, Past past) {
    this.core = core;
    this.remembering = remembering;
    this.startNanos = nowNanos;
    for (KnownSession session : past.sessions()) {
      known.put(session.key(), session);
      if (session.role() == SessionRole.HOST) {
        hosts.add(session.id());
      }
      leases.merge(session.leaseNanos(), 1, Integer::sum);
    }
    if (past.unlistedLeaseNanos() > 0) {
      leases.merge(past.unlistedLeaseNanos(), 1, Integer::sum);
    }
    armLongest();
  }

  boolean isOn() {
    return !leases.isEmpty();
  }

  /** Sessions that are waited for; those that are not listed don't count. */
  int sessions() {
    return known.size();
  }

  /** Time until it is over at the latest; 0 when it is. */
  long leftNanos(long nowNanos) {
    return isOn() ? Math.max(0, endNanos() - nowNanos) : 0;
  }

  Refusal refusal(long nowNanos) {
    return new Refusal.InGrace(leftNanos(nowNanos), core.config().graceRetryNanos());
  }

  /**
   * The known session of a key, while it is waited for; {@link SessionId#NONE} if there is none.
   */
  SessionId sessionOf(SessionKey key) {
    KnownSession session = known.get(key.digest());
    return session == null ? SessionId.NONE : session.id();
  }

  /** Whether a known host may still be within its lease. O(1). */
  boolean isWaitingFor(SessionId host) {
    return hosts.contains(host);
  }

  /** Makes a space invalid as a whole until the grace is over, if it is on. */
  void cover(long nowNanos, AddressSpace space) {
    if (!isOn()) {
      return;
    }
    long sequence = ++space.sequence;
    space.lastInvalidated.raise(WHOLE, sequence);
    RunningInvalidation hold =
        new RunningInvalidation(
            core.notices(),
            new Invalidation(
                new InvalidationId(space.id, space.epoch, sequence),
                InvalidationEvent.CLEAR,
                false,
                WHOLE),
            space,
            null,
            null,
            Completion.Own.INSTANCE,
            new Membership[0],
            nowNanos,
            nowNanos);
    hold.phase = RunningInvalidation.Phase.HELD;
    space.running.add(hold);
    space.graceHold = hold;
  }

  /**
   * The client of a known session has stopped using, or changing, everything.
   *
   * @return whether the grace is over with it
   */
  boolean reclaim(long nowNanos, SessionRole role, SessionKey key) {
    KnownSession session = known.get(key.digest());
    if (session == null || session.role() != role) {
      return false;
    }
    known.remove(session.key());
    hosts.remove(session.id());
    leases.computeIfPresent(session.leaseNanos(), (lease, count) -> count == 1 ? null : count - 1);
    remembering.note(new MemoryChange.SessionOver(session.id()));
    reclaimed++;
    if (isOn()) {
      armLongest();
      return false;
    }
    finish(nowNanos);
    return true;
  }

  /** The longest lease that was waited for is over, and so are all others. */
  void leasesOver(long nowNanos) {
    for (KnownSession session : known.values()) {
      remembering.note(new MemoryChange.SessionOver(session.id()));
    }
    leases.clear();
    finish(nowNanos);
  }

  private void finish(long nowNanos) {
    core.deadlines().disarm(this);
    core.observer().graceOver(nowNanos - startNanos, reclaimed, known.size());
    known.clear();
    hosts.clear();
  }

  private void armLongest() {
    if (isOn()) {
      core.deadlines().arm(this, endNanos());
    }
  }

  private long endNanos() {
    return startNanos + leases.lastKey();
  }
}
