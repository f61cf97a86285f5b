package io.svmcoord.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of one mirror, which knows of each thread whether it holds any mirror's lock: a blocking
 * SDK call under it could wait for an ack that this very lock holds back.
 *
 * <p>Fair, because a device that reads in a loop would otherwise take it again and again while an
 * invalidation waits. Thread-safe.
 */
final class MirrorLock implements Lock {
  /** Mirror locks held by each thread, counting repeated holds. */
  private static final ThreadLocal<int[]> HELD = ThreadLocal.withInitial(() -> new int[1]);

  private final ReentrantLock lock = new ReentrantLock(true);

  /**
   * Refuses a call under any mirror's lock.
   *
   * @throws IllegalStateException naming the method
   */
  static void requireNone(String method) {
    if (HELD.get()[0] != 0) {
      throw new IllegalStateException(
          method
              + " was called under a mirror's lock (from DeviceTable.install,"
              + " DeviceTable.invalidate, Mirror.access or inside Mirror.lock()): it could wait for"
              + " itself. Leave the lock first.");
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
    lock.lock();
    HELD.get()[0]++;
  }

  @Override
  public void lockInterruptibly() throws InterruptedException {
    lock.lockInterruptibly();
    HELD.get()[0]++;
  }

  @Override
  public boolean tryLock() {
    return count(lock.tryLock());
  }

  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    return count(lock.tryLock(time, unit));
  }

  @Override
  public void unlock() {
    lock.unlock();
    HELD.get()[0]--;
  }

  /** Not supported: a user's wait would hand the lock to invalidations in mid-batch. */
  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException("Mirror.lock().newCondition()");
  }

  private static boolean count(boolean isTaken) {
    if (isTaken) {
      HELD.get()[0]++;
    }
    return isTaken;
  }
}
