package io.svmcoord.server.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One session of a device or host, and its lease.
 *
 * <p>States: ACTIVE until its stream breaks (SUSPECT) or it is put out (EVICTED); in all three the
 * lease counts: what it owes is waited for. It is over with its detach (DETACHED) or when its lease
 * is certainly over: last renewal + time to live + guard (EXPIRED, or EVICTED as before). Nothing
 * goes back, but for SUSPECT: a device's session is ACTIVE again when it resumes.
 *
 * <p>As a {@link Timer} it is armed for the earlier of the lease's end and the first ack deadline,
 * or earlier still. Confined to the coordinator's thread.
 */
final class Session extends Timer {
  final SessionId id;
  final SessionKey key;
  final SessionRole role;
  final SessionRequest request;
  final long ttlNanos;
  final long guardNanos;

  /** Made for one invalidation, over with it, and never renewed. */
  final boolean isHold;

  /** The answer to each of its heartbeats. */
  final HeartbeatResult renewed;

  SessionState state = SessionState.ACTIVE;
  boolean isOver;

  /** When it was over; valid if it is. */
  long overNanos;

  EndCause endCause = EndCause.LEASE_EXPIRED;
  String endDetail = "";

  /** False for a hold whose begin was not answered yet. */
  boolean hasLease;

  private long renewedNanos;

  /** Where its client is; somewhere else perhaps when it resumes. */
  Peer peer;

  @Nullable DeviceOutlet deviceOutlet;
  @Nullable HostOutlet hostOutlet;

  /** A device's spaces. */
  LongMap<Membership> memberships = new LongMap<>();

  /** Acks that a device owes, over all spaces. */
  int unacked;

  /** A device's subscriptions, over all spaces. */
  int subscriptions;

  /** A host's running invalidations. */
  final ArrayList<RunningInvalidation> running = new ArrayList<>();

  Session(
      SessionId id,
      SessionKey key,
      SessionRole role,
      SessionRequest request,
      long ttlNanos,
      long guardNanos,
      boolean isHold) {
    this.id = id;
    this.key = key;
    this.role = role;
    this.request = request;
    this.ttlNanos = ttlNanos;
    this.guardNanos = guardNanos;
    this.isHold = isHold;
    this.peer = request.peer();
    this.renewed = new HeartbeatResult.Renewed(ttlNanos);
  }

  /** Whether events can be sent to it and answers expected. */
  boolean isActive() {
    return state == SessionState.ACTIVE;
  }

  /** Whether it is put out or over: its acks don't count any more. */
  boolean isPutOut() {
    return isOver || state == SessionState.EVICTED;
  }

  void renew(long nowNanos) {
    hasLease = true;
    renewedNanos = nowNanos;
  }

  /** What outlives the coordinator of it. */
  KnownSession known() {
    return new KnownSession(id, role, key.digest(), ttlNanos + guardNanos);
  }

  /** When the lease is certainly over (G4): its client fenced itself a guard before. */
  long leaseEndNanos() {
    return renewedNanos + ttlNanos + guardNanos;
  }

  boolean isLeaseOver(long nowNanos) {
    return hasLease && nowNanos - leaseEndNanos() >= 0;
  }

  /** What its client is told of it. */
  SessionGrant grant(int heartbeatDivisor) {
    return new SessionGrant(id, key, ttlNanos, ttlNanos / heartbeatDivisor, guardNanos);
  }

  /** A copy: the release of a space, completed by its caller, takes a membership out. In order. */
  List<Membership> members() {
    List<Membership> all = new ArrayList<>();
    for (int place = 0; place < memberships.capacity(); place++) {
      Membership member = memberships.valueAt(place);
      if (member != null) {
        all.add(member);
      }
    }
    all.sort(Comparator.comparingLong(member -> member.space.id));
    return all;
  }

  /** Why its calls are refused from now on. */
  CloseReason closeReason() {
    return new CloseReason(id, endCause, endDetail);
  }

  /** Its first ack deadline, as time left; {@link Long#MAX_VALUE} if it has none. O(owed). */
  long ackTimeLeftNanos(long nowNanos) {
    long left = Long.MAX_VALUE;
    if (isPutOut() || unacked == 0) {
      return left;
    }
    for (int place = 0; place < memberships.capacity(); place++) {
      Membership member = memberships.valueAt(place);
      if (member != null) {
        for (int i = member.owed.head(); i < member.owed.tail(); i++) {
          RunningInvalidation owed = member.owed.at(i);
          if (owed != null && !owed.what.isNonBlockable()) {
            left = Math.min(left, owed.ackDeadlineNanos - nowNanos);
          }
        }
      }
    }
    return left;
  }

  /** Tells its client, behind what waits already, that this was the last. */
  void closeOutlet(Effects effects) {
    CloseReason reason = closeReason();
    effects.add(
        () -> {
          DeviceOutlet device = deviceOutlet;
          HostOutlet host = hostOutlet;
          disconnect();
          if (device != null) {
            device.closed(reason);
          } else if (host != null) {
            host.closed(reason);
          }
        });
  }

  /** Nothing is told to its client any more. */
  void disconnect() {
    deviceOutlet = null;
    hostOutlet = null;
  }
}
