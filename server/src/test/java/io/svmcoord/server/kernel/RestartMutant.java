package io.svmcoord.server.kernel;

import java.util.List;

/** A restart that leaves a rule of promise G10 out, to show that {@link RestartWorld} notices. */
enum RestartMutant {
  /** Nothing is wrong. */
  NONE,
  /** The new coordinator waits for nobody. */
  GRACE_SKIPPED,
  /** It waits for half of each lease. */
  GRACE_TOO_SHORT,
  /** Leases of single invalidations are not remembered. */
  HOLDS_FORGOTTEN,
  /** Sessions are told to be open before they are remembered. */
  OPENED_BEFORE_REMEMBERED,
  /** New subscribers are not told that the space is invalid during the grace. */
  SPACE_NOT_HELD,
  /** The new coordinator goes on in the old epoch. */
  EPOCH_REPEATED,
  /** A host names its former session while it still changes pages under an invalidation of it. */
  HOST_STILL_CHANGES;

  Past past(Past past) {
    List<KnownSession> sessions = past.sessions();
    long unlisted = past.unlistedLeaseNanos();
    long epoch = past.epoch();
    switch (this) {
      case GRACE_SKIPPED -> {
        sessions = List.of();
        unlisted = 0;
      }
      case GRACE_TOO_SHORT -> {
        sessions =
            sessions.stream()
                .map(one -> new KnownSession(one.id(), one.role(), one.key(), one.leaseNanos() / 2))
                .toList();
        unlisted /= 2;
      }
      case HOLDS_FORGOTTEN -> unlisted = 0;
      case EPOCH_REPEATED -> epoch = 1;
      case NONE, OPENED_BEFORE_REMEMBERED, SPACE_NOT_HELD, HOST_STILL_CHANGES -> {
        // Not in the past.
      }
    }
    return new Past(
        past.incarnation(), epoch, past.lastSpaceId(), past.spaces(), sessions, unlisted);
  }

  List<Invalidation> running(List<Invalidation> running) {
    return this == SPACE_NOT_HELD
        ? running.stream().filter(one -> !one.ranges().contains(Long.MIN_VALUE)).toList()
        : running;
  }
}
