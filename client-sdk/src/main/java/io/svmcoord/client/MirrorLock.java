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
  private final ReadyToken ready;
  private final Runnable atHold;

  /**
   * Free.
   *
   * @param ready is told who is inside
   * @param atHold runs as each hold begins, under the lock; not where it is taken once more under
   *     itself. Must neither block nor throw
   */
  MirrorLock(ReadyToken ready, Runnable atHold) {
    this.ready = ready;
    this.atHold = atHold;
  }

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
    requireBlockable(HELD.get(), what);
  }

  private static void requireBlockable(Held held, String what) {
    if (held.isNonBlockable) {
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
  private Held requireFree() {
    Held held = HELD.get();
    if (!lock.isHeldByCurrentThread()) {
      requireBlockable(held, "The lock of another mirror");
    }
    return held;
  }

  /** A condition for the SDK's own waits; the caller holds the lock once. */
  Condition condition() {
    return lock.newCondition();
  }

  @Override
  public void lock() {
    Held held = requireFree();
    lock.lock();
    taken(held);
  }

  @Override
  public void lockInterruptibly() throws InterruptedException {
    Held held = requireFree();
    lock.lockInterruptibly();
    taken(held);
  }

  @Override
  public boolean tryLock() {
    return lock.tryLock() && taken(HELD.get());
  }

  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    Held held = requireFree();
    return lock.tryLock(time, unit) && taken(held);
  }

  @Override
  public void unlock() {
    if (lock.getHoldCount() == 1) {
      ready.leaving();
    }
    lock.unlock();
    HELD.get().locks--;
  }

  /** Not supported: a user's wait would hand the lock to invalidations in mid-batch. */
  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException("Mirror.lock().newCondition()");
  }

  /** True, for those that ask. */
  private boolean taken(Held held) {
    held.locks++;
    if (lock.getHoldCount() == 1) {
      ready.entered();
      atHold.run();
    }
    return true;
  }
}
