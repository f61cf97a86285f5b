package io.svmcoord.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The lock of one mirror, which knows of each thread whether it holds any mirror's lock: a blocking
 * SDK call under it could wait for an ack that this very lock holds back.
 *
 * <p>Fair, because a device that reads in a loop would otherwise take it again and again while an
 * invalidation waits. Thread-safe.
 */
final class MirrorLock implements Lock {
  /** What a thread is in the middle of. */
  private static final class Held {
    /** Holds of mirrors' locks, counting repeated ones. */
    int locks;

    boolean isNonBlockable;
  }

  private static final ThreadLocal<Held> HELD = ThreadLocal.withInitial(Held::new);

  private final ReentrantLock lock = new ReentrantLock(true);

  /**
   * Refuses a call under any mirror's lock.
   *
   * @throws IllegalStateException naming the method
   */
  static void requireNone(String method) {
    if (HELD.get().locks != 0) {
      throw new IllegalStateException(
          method
              + " was called under a mirror's lock (from DeviceTable.install,"
              + " DeviceTable.invalidate, Mirror.access or inside Mirror.lock()): it could wait for"
              + " itself. Leave the lock first.");
    }
  }

  /**
   * Refuses what may wait while the calling thread handles a non-blockable invalidation.
   *
   * @throws IllegalStateException naming it
   */
  static void requireBlockable(String what) {
    if (HELD.get().isNonBlockable) {
      throw new IllegalStateException(
          what
              + " was reached in the handler of a non-blockable invalidation, which must not wait."
              + " Return TearDown.WouldBlock before it.");
    }
  }

  /** Runs the handler of a non-blockable invalidation. */
  static <T> T nonBlockable(Supplier<T> handler) {
    Held held = HELD.get();
    held.isNonBlockable = true;
    try {
      return handler.get();
    } finally {
      held.isNonBlockable = false;
    }
  }

  /** Another mirror's lock may be taken; this one's, by its own handler, is not waited for. */
  private void requireFree() {
    if (!lock.isHeldByCurrentThread()) {
      requireBlockable("The lock of another mirror");
    }
  }

  boolean isHeldByCaller() {
    return lock.isHeldByCurrentThread();
  }

  /** A condition for the SDK's own waits; the caller holds the lock once. */
  Condition condition() {
    return lock.newCondition();
  }

  @Override
  public void lock() {
    requireFree();
    lock.lock();
    HELD.get().locks++;
  }

  @Override
  public void lockInterruptibly() throws InterruptedException {
    requireFree();
    lock.lockInterruptibly();
    HELD.get().locks++;
  }

  @Override
  public boolean tryLock() {
    return count(lock.tryLock());
  }

  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    requireFree();
    return count(lock.tryLock(time, unit));
  }

  @Override
  public void unlock() {
    lock.unlock();
    HELD.get().locks--;
  }

  /** Not supported: a user's wait would hand the lock to invalidations in mid-batch. */
  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException("Mirror.lock().newCondition()");
  }

  private static boolean count(boolean isTaken) {
    if (isTaken) {
      HELD.get().locks++;
    }
    return isTaken;
  }
}
