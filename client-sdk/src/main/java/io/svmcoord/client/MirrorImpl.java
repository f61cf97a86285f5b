package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Lock;

/** One mirror as its user sees it. Thread-safe. */
final class MirrorImpl implements Mirror {
  /** What a mirror needs of its session. */
  interface Session {
    /** Changes the mirror's subscriptions; blocks until answered. */
    void update(MirrorCore mirror, Collection<AddressRange> remove, Collection<AddressRange> add);

    /** Forgets the mirror and unsubscribes; it has dropped everything. Blocks until answered. */
    void unsubscribe(MirrorCore mirror);

    /** Runs a fault on a virtual thread of its own. */
    <T> CompletableFuture<T> async(Callable<T> task);

    /** Where the client runs. */
    ClientEnvironment environment();
  }

  private final Session session;
  private final MirrorCore core;
  private final PageSource source;

  private final MirrorLock lock;

  /** All that the two calls of the loop touch while nothing happens. */
  private final ReadyToken ready;

  MirrorImpl(Session session, MirrorCore core, PageSource source) {
    this.session = session;
    this.core = core;
    this.source = requireNonNull(source, "source");
    this.lock = core.lock();
    this.ready = core.ready();
  }

  @Override
  public long spaceId() {
    return core.spaceId();
  }

  @Override
  public long pageSizeBytes() {
    return core.pageSizeBytes();
  }

  @Override
  public List<AddressRange> ranges() {
    return core.ranges();
  }

  @Override
  public List<MirroredPage> fault(AddressRange range, Access access, Duration timeout) {
    MirrorLock.requireNone("Mirror.fault");
    requireNonNull(access, "access");
    requireFaultable(range);
    ClientEnvironment environment = session.environment();
    Deadline deadline = Deadline.after(timeout, environment);
    return new FaultLoop(environment, core, source, range, access, deadline).run();
  }

  @Override
  public CompletableFuture<List<MirroredPage>> faultAsync(
      AddressRange range, Access access, Duration timeout) {
    MirrorLock.requireNone("Mirror.faultAsync");
    return session.async(() -> fault(range, access, timeout));
  }

  private void requireFaultable(AddressRange range) {
    long pageSizeBytes = core.pageSizeBytes();
    if (!range.isAligned(pageSizeBytes)) {
      throw new IllegalArgumentException(
          "range: %s (expected: whole pages of %d bytes)".formatted(range, pageSizeBytes));
    }
    if (Long.compareUnsigned(
            Long.divideUnsigned(range.sizeMinusOne(), pageSizeBytes), PageSource.FAULT_PAGES_MAX)
        >= 0) {
      throw new IllegalArgumentException(
          "range: %s (expected: at most %d pages)".formatted(range, PageSource.FAULT_PAGES_MAX));
    }
  }

  @Override
  public void access(Runnable batch) {
    access(
        () -> {
          batch.run();
          return true;
        });
  }

  @Override
  public <T> T access(Callable<T> batch) {
    lock.lock();
    try {
      core.requireUsable();
      T result = batch.call();
      // The lease may have ended in mid-batch: then somebody may have changed what was just read.
      core.requireUsable();
      return result;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new CompletionException(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public LocalToken readBegin(AddressRanges ranges, Duration timeout) {
    // Nobody waits for a ready token. Under this mirror's lock none is taken all the same, so that
    // the misuse is found each time and not only when it waits.
    LocalToken last = ready.isInside() ? null : ready.find(ranges);
    if (last != null) {
      return last;
    }
    MirrorLock.requireNone("Mirror.readBegin");
    return core.await(ranges, Deadline.after(timeout, session.environment()));
  }

  @Override
  public RetryResult readRetry(LocalToken token, AddressRanges ranges) {
    if (!ready.isInside()) {
      throw new IllegalStateException(
          "Mirror.readRetry was called without Mirror.lock(): pages could be invalidated between"
              + " the check and the install. Hold the lock over both.");
    }
    return ready.holds(token, ranges) ? RetryResult.VALID : core.readRetry(token, ranges);
  }

  @Override
  public boolean checkRetry(LocalToken token, AddressRanges ranges) {
    return core.checkRetry(token, ranges);
  }

  @Override
  public Lock lock() {
    return lock;
  }

  @Override
  public void update(Collection<AddressRange> remove, Collection<AddressRange> add) {
    MirrorLock.requireNone("Mirror.update");
    session.update(core, List.copyOf(remove), List.copyOf(add));
  }

  @Override
  public MirrorStats stats() {
    return core.stats();
  }

  @Override
  public void close() {
    MirrorLock.requireNone("Mirror.close");
    if (core.finish(MirrorState.Phase.CLOSED)) {
      session.unsubscribe(core);
    }
  }
}
