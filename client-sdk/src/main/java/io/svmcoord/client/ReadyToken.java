package io.svmcoord.client;

import io.svmcoord.range.AddressRanges;
import org.jspecify.annotations.Nullable;

/**
 * What a mirror tells without its lock being taken: the token that it gave last, for as long as it
 * would give the same again, and whether the caller is inside. With it a reader that asks for the
 * same ranges again, while nothing happens, takes no lock, reads no clock and allocates nothing:
 * the device's side of Linux's {@code mmu_interval_read_begin} without its spinlock.
 *
 * <h2>Why it is sound</h2>
 *
 * <ul>
 *   <li>I1 {@link #offer} and {@link #withdraw} are called under the mirror's lock; every change of
 *       the mirror's state withdraws before it changes anything. So what is here was given by the
 *       state as it is, or as it was up to the withdrawal.
 *   <li>I2 a reader that finds a token therefore stands before the change in the order of the lock:
 *       just as if it had held the lock for a moment before. Its {@code read_retry}, which is under
 *       the lock, comes after the change and sees its number (race R3 is decided there and nowhere
 *       else).
 *   <li>I3 a reader that knows of a change by any means (an ack, an answer, the table's teardown)
 *       finds nothing of before it: the field is volatile, and the withdrawal precedes all that
 *       could have told it.
 *   <li>I4 a hold of the lock that begins after the end of the lease withdraws (promise G4). So a
 *       token that is found under the lock is one of a lease that ran as the hold began. Found
 *       without the lock it may have outlived its lease: of no use, since nothing can be done with
 *       it but to take the lock.
 * </ul>
 *
 * The shape is {@link java.util.concurrent.locks.StampedLock}'s optimistic read, with an immutable
 * object for the stamp. What asks is for any thread; what changes is confined to the mirror's lock.
 * Nothing blocks.
 */
final class ReadyToken {
  private volatile @Nullable LocalToken token;

  /**
   * Who holds the mirror's lock, as in {@link
   * java.util.concurrent.locks.AbstractOwnableSynchronizer}: plain, since a thread finds itself
   * here exactly if it wrote itself, and has not left since.
   */
  private @Nullable Thread holder;

  /** The caller has taken the mirror's lock. */
  void entered() {
    holder = Thread.currentThread();
  }

  /** The caller is about to leave it. */
  void leaving() {
    holder = null;
  }

  /** Whether the caller holds the mirror's lock. */
  @SuppressWarnings("ReferenceEquality")
  boolean isInside() {
    return holder == Thread.currentThread();
  }

  /** Given in the present state. */
  void offer(LocalToken given) {
    token = given;
  }

  /** The state is about to change. */
  void withdraw() {
    // Readers keep the line in their caches while there is nothing to withdraw.
    if (token != null) {
      token = null;
    }
  }

  /** The token, if it was given for exactly these ranges and still would be. */
  @Nullable LocalToken find(AddressRanges ranges) {
    LocalToken ready = token;
    return ready != null && ready.isFor(ranges) ? ready : null;
  }

  /** Whether nothing has changed since this very token was given for just these ranges. */
  boolean holds(LocalToken given, AddressRanges ranges) {
    return is(given) && given.isFor(ranges);
  }

  /** Whether nothing has changed since this very token was given. */
  @SuppressWarnings("ReferenceEquality")
  boolean is(LocalToken given) {
    return token == given;
  }
}
