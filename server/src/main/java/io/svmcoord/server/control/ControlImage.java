package io.svmcoord.server.control;

import io.svmcoord.server.kernel.Incarnation;
import io.svmcoord.server.kernel.KnownSession;
import io.svmcoord.server.kernel.KnownSpace;
import io.svmcoord.server.kernel.MemoryChange;
import io.svmcoord.server.kernel.Past;
import io.svmcoord.server.kernel.SessionId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a restart begins with, as it changes during a term: for stores, whatever they keep it in.
 * Bound: the coordinator's limits of spaces and sessions, twice that of sessions while a grace is
 * on. Not thread-safe.
 */
public final class ControlImage {
  private final Incarnation incarnation;
  private final long epoch;
  private long lastSpaceId;
  private final Map<Long, KnownSpace> spaces = new LinkedHashMap<>();
  private final Map<SessionId, KnownSession> sessions = new LinkedHashMap<>();
  private long unlistedLeaseNanos;

  /** What a term begins with. */
  public ControlImage(Past past) {
    incarnation = past.incarnation();
    epoch = past.epoch();
    lastSpaceId = past.lastSpaceId();
    past.spaces().forEach(space -> spaces.put(space.id(), space));
    past.sessions().forEach(session -> sessions.put(session.id(), session));
    unlistedLeaseNanos = past.unlistedLeaseNanos();
  }

  /** A change of the term, in the order of their numbers. */
  public void apply(MemoryChange change) {
    switch (change) {
      case MemoryChange.SpaceMade(KnownSpace space) -> {
        spaces.put(space.id(), space);
        lastSpaceId = Math.max(lastSpaceId, space.id());
      }
      case MemoryChange.SpaceGone(long id) -> spaces.remove(id);
      case MemoryChange.SessionOpened(KnownSession session) -> sessions.put(session.id(), session);
      case MemoryChange.SessionOver(SessionId id) -> sessions.remove(id);
      case MemoryChange.UnlistedLease(long leaseNanos) -> unlistedLeaseNanos = leaseNanos;
    }
  }

  /** As it stands: what a coordinator of the same term would begin with. */
  public Past past() {
    return new Past(
        incarnation,
        epoch,
        lastSpaceId,
        List.copyOf(spaces.values()),
        List.copyOf(sessions.values()),
        unlistedLeaseNanos);
  }
}
