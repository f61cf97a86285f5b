package io.svmcoord.loadtest.emulator;

import io.svmcoord.loadtest.memory.PageTable;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * One address space of an emulated host: its page table, and the users that its release waits for,
 * as the kernel waits for those of an mm. Thread-safe.
 */
final class EmulatedSpace {
  private static final int USERS_MAX = 1 << 20;

  private final PageTable table;
  private final long releaseAtNanos;
  private final Semaphore users = new Semaphore(USERS_MAX);

  /**
   * A living space.
   *
   * @param releaseAtNanos System.nanoTime at which its life is over; only of children
   */
  EmulatedSpace(PageTable table, long releaseAtNanos) {
    this.table = table;
    this.releaseAtNanos = releaseAtNanos;
  }

  long id() {
    return table.spaceId();
  }

  PageTable table() {
    return table;
  }

  long releaseAtNanos() {
    return releaseAtNanos;
  }

  /** Does something with the space unless its release has begun; then {@code otherwise}. */
  <T> T use(Supplier<T> action, Supplier<T> otherwise) {
    if (!users.tryAcquire()) {
      return otherwise.get();
    }
    try {
      return action.get();
    } finally {
      users.release();
    }
  }

  /** As {@link #use}, for what has no result. */
  void useIfLiving(Runnable action) {
    if (users.tryAcquire()) {
      try {
        action.run();
      } finally {
        users.release();
      }
    }
  }

  /** Waits for the last user and lets no other in. */
  void closeToUsers() {
    users.acquireUninterruptibly(USERS_MAX);
  }

  /** Lets users in again: the release failed. */
  void reopenToUsers() {
    users.release(USERS_MAX);
  }
}
