package io.svmcoord.server.kernel;

/** A change of what has to outlive the coordinator. Immutable. */
public sealed interface MemoryChange {
  /** An address space was made. */
  record SpaceMade(KnownSpace space) implements MemoryChange {}

  /** An address space is gone. */
  record SpaceGone(long spaceId) implements MemoryChange {}

  /** A session is about to be opened. */
  record SessionOpened(KnownSession session) implements MemoryChange {}

  /** A session is over, or was never opened. */
  record SessionOver(SessionId session) implements MemoryChange {}

  /**
   * From now on the leases of sessions that are not listed, those of single invalidations, are at
   * most so long.
   */
  record UnlistedLease(long leaseNanos) implements MemoryChange {}
}
