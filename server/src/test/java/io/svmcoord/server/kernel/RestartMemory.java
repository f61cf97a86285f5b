package io.svmcoord.server.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A memory that survives crashes as far as it was written: changes wait until {@link #write}, and a
 * crash loses those that wait. What is left is computed from the list of changes, anew each time.
 */
final class RestartMemory implements Memory {
  private final List<MemoryChange> written = new ArrayList<>();
  private final ArrayDeque<MemoryChange> waiting = new ArrayDeque<>();
  private long lastNumber;
  private boolean isImmediate = true;
  private boolean isForgetful;
  private Past base;

  RestartMemory(Past base) {
    this.base = base;
  }

  /** Whether changes are taken at once, as at first, or when {@link #write} is called. */
  void immediate(boolean is) {
    isImmediate = is;
  }

  /** Says that it has taken what it then loses: a mutant. */
  void forgetful() {
    isForgetful = true;
    isImmediate = false;
  }

  @Override
  public boolean note(long number, MemoryChange change) {
    if (number != lastNumber + 1) {
      throw new AssertionError("number: " + number + " (expected: " + (lastNumber + 1) + ")");
    }
    lastNumber = number;
    if (isImmediate && waiting.isEmpty()) {
      written.add(change);
      return true;
    }
    waiting.add(change);
    return isForgetful;
  }

  /** Writes what waits; the number up to which everything is written. */
  long write() {
    written.addAll(waiting);
    waiting.clear();
    return lastNumber;
  }

  /** A write fails, or nobody will know whether it did: it goes out with the next one. */
  long fail() {
    return lastNumber;
  }

  /** The coordinator is gone, and what waited with it; what the next one begins with. */
  Past crash() {
    waiting.clear();
    lastNumber = 0;
    for (MemoryChange change : written) {
      base = after(base, change);
    }
    written.clear();
    base = base.next();
    return base;
  }

  private static Past after(Past past, MemoryChange change) {
    List<KnownSpace> spaces = new ArrayList<>(past.spaces());
    List<KnownSession> sessions = new ArrayList<>(past.sessions());
    long lastSpaceId = past.lastSpaceId();
    long unlisted = past.unlistedLeaseNanos();
    switch (change) {
      case MemoryChange.SpaceMade(var space) -> {
        spaces.add(space);
        lastSpaceId = Math.max(lastSpaceId, space.id());
      }
      case MemoryChange.SpaceGone(var id) -> spaces.removeIf(space -> space.id() == id);
      case MemoryChange.SessionOpened(var session) -> sessions.add(session);
      case MemoryChange.SessionOver(var id) -> sessions.removeIf(one -> one.id().equals(id));
      case MemoryChange.UnlistedLease(var leaseNanos) -> unlisted = leaseNanos;
    }
    return new Past(past.incarnation(), past.epoch(), lastSpaceId, spaces, sessions, unlisted);
  }
}
