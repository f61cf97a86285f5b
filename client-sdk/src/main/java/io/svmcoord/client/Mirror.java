package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;

/**
 * A device's mirror of part of an address space, and the loop that fills it: read_begin, fetch
 * unlocked, lock, read_retry, install. The shape is that of Linux's {@code mmu_interval_notifier}
 * with {@code hmm_range_fault}.
 *
 * <p>read_begin and read_retry are local: the stream brought every begin and end. One lock guards
 * the device table; invalidations take it as well. Under it, and in a {@link DeviceTable}, every
 * blocking call of the SDK throws {@link IllegalStateException}. Thread-safe.
 */
public interface Mirror extends AutoCloseable {
  /** Most ranges that one mirror covers. */
  int RANGES_MAX = 4096;

  /** Address space. */
  long spaceId();

  /** Page size of the space in bytes. */
  long pageSizeBytes();

  /** What is mirrored now, ascending, disjoint; empty once the mirror is closed. */
  List<AddressRange> ranges();

  /**
   * Faults pages in: the loop, until the pages are installed. Blocks; while an invalidation of the
   * range runs or the session is being reopened it waits. The timeout bounds the retries too.
   *
   * @param range page aligned, mirrored, at most {@link PageSource#FAULT_PAGES_MAX} pages
   * @return the pages as they were installed
   * @throws PageFaultException if the page source has no mapping or not the permission
   * @throws TimedOutException if the timeout or an interrupt ended the loop
   * @throws SpaceGoneException if the space was released
   * @throws IllegalArgumentException if the range is not mirrored or not aligned
   */
  List<MirroredPage> fault(AddressRange range, Access access, Duration timeout);

  /**
   * As {@link #fault}, without blocking: the loop runs on a virtual thread. Dependent stages run on
   * the client's callback executor.
   */
  CompletableFuture<List<MirroredPage>> faultAsync(
      AddressRange range, Access access, Duration timeout);

  /**
   * Runs a batch that uses the device's table, under the mirror's lock and only while the lease
   * runs. Short: invalidations wait for it.
   *
   * @throws FencedException if the lease is over, before the batch (which then did not run) or at
   *     its end (then nothing of what it read may be trusted)
   */
  void access(Runnable batch);

  /**
   * As {@link #access(Runnable)}, for a batch that returns something. What the batch throws goes to
   * the caller; checked exceptions are wrapped in {@link java.util.concurrent.CompletionException}.
   */
  <T> T access(Callable<T> batch);

  /**
   * The first half of a hand-written loop: waits until no running invalidation that this mirror
   * knows overlaps any of the ranges (promise G3). Takes no part in the retry: token good or not,
   * {@link #readRetry} decides. Asked again for the same ranges while nothing happens, it takes no
   * lock and reads no clock.
   *
   * @param ranges mirrored; validated as a unit (race R18)
   * @throws TimedOutException if the timeout or an interrupt ended the wait
   */
  LocalToken readBegin(AddressRanges ranges, Duration timeout);

  /**
   * The second half: whether to start over. The caller holds {@link #lock()} and installs under the
   * same hold. Doesn't block.
   *
   * <p>{@link RetryResult#VALID} says that nothing which this mirror was told hit the ranges, and
   * that the lease ran when the hold of the lock began. What is read out of the table, rather than
   * put into it, belongs into {@link #access}, which looks at the lease once more at the end.
   *
   * @param ranges within those of the token
   * @throws IllegalStateException if the calling thread does not hold the lock (race R3)
   */
  RetryResult readRetry(LocalToken token, AddressRanges ranges);

  /**
   * The cheap hint, for leaving a long fetch early: true is certain, false promises nothing. Needs
   * no lock.
   */
  boolean checkRetry(LocalToken token, AddressRanges ranges);

  /**
   * The lock that guards the device's table; fair, not to be held for long, and no SDK call but
   * {@link #readRetry}, {@link #checkRetry} and the plain accessors may be made under it. {@link
   * Lock#newCondition} is not supported.
   */
  Lock lock();

  /**
   * Changes what is mirrored, in one step: a hole is one remove, growing is one add. Each mirrored
   * range that loses a part is dropped as a whole first (its pages have to be faulted in again),
   * since the coordinator takes what was owed for it as acked. Blocks until the coordinator
   * answered.
   *
   * @param remove addresses to mirror no longer; those that are not mirrored are ignored
   * @param add addresses to mirror from now on
   * @throws IllegalArgumentException if nothing would be left, or more than {@link #RANGES_MAX}
   *     ranges
   */
  void update(Collection<AddressRange> remove, Collection<AddressRange> add);

  /** Counters since it was made. */
  MirrorStats stats();

  /**
   * Drops everything and unsubscribes. Blocks until the coordinator answered, at most for the
   * client's deadline. Repeating it is harmless.
   */
  @Override
  void close();
}
