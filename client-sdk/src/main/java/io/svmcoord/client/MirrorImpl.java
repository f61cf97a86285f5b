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

  MirrorImpl(Session session, MirrorCore core, PageSource source) {
    this.session = session;
    this.core = core;
    this.source = requireNonNull(source, "source");
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
    core.lock().lock();
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
      core.lock().unlock();
    }
  }

  @Override
  public LocalToken readBegin(AddressRanges ranges, Duration timeout) {
    MirrorLock.requireNone("Mirror.readBegin");
    LocalToken ready = core.ready(ranges);
    return ready != null
        ? ready
        : core.await(ranges, Deadline.after(timeout, session.environment()));
  }

  @Override
  public RetryResult readRetry(LocalToken token, AddressRanges ranges) {
    if (!core.lock().isHeldByCaller()) {
      throw new IllegalStateException(
          "Mirror.readRetry was called without Mirror.lock(): pages could be invalidated between"
              + " the check and the install. Hold the lock over both.");
    }
    return core.readRetry(token, ranges);
  }

  @Override
  public boolean checkRetry(LocalToken token, AddressRanges ranges) {
    return core.checkRetry(token, ranges);
  }

  @Override
  public Lock lock() {
    return core.lock();
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
