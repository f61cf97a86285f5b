package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.Event;
import io.svmcoord.client.HostSession;
import io.svmcoord.client.Invalidation;
import io.svmcoord.client.SessionLostException;
import io.svmcoord.client.SvmException;
import io.svmcoord.client.TimedOutException;
import io.svmcoord.client.WouldBlockException;
import io.svmcoord.loadtest.memory.HostMemory;
import io.svmcoord.loadtest.memory.MemoryGeometry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * Makes a change inside an invalidation: begin, and only when that returned OK and the lease still
 * runs, retire and change under the page table lock, then end. Thread-safe.
 */
final class Invalidator {
  /** Times that an end is sent before the invalidation counts as unfinished. */
  static final int END_ATTEMPTS_MAX = 3;

  private final HostSession session;
  private final MemoryGeometry geometry;
  private final Lock lock;
  private final HostCounters counters;

  Invalidator(HostSession session, HostMemory memory, HostCounters counters) {
    this.session = session;
    this.geometry = memory.shared().geometry();
    this.lock = memory.lock().writeLock();
    this.counters = counters;
  }

  /**
   * Makes a change. Blocks.
   *
   * @param kind for the counters
   * @param change run under the page table lock; it retires the versions that end, then changes
   * @return what kept it from being made; empty if it was made
   */
  Optional<SvmException> change(
      String kind,
      long spaceId,
      List<PageRange> pages,
      Event event,
      BeginOptions options,
      Runnable change) {
    counters.enter();
    try {
      long startNanos = System.nanoTime();
      Invalidation invalidation;
      try {
        invalidation =
            session.begin(
                spaceId, pages.stream().map(p -> p.addresses(geometry)).toList(), event, options);
      } catch (SvmException e) {
        counters.finished(startNanos, e.reason());
        countFailedBegin(e);
        return Optional.of(e);
      }
      counters.finished(startNanos, "ok");
      counters.begun(System.nanoTime() - startNanos, invalidation.fanOut());
      boolean isMade = false;
      try {
        isMade = changeIfHeld(invalidation, change);
      } finally {
        if (end(invalidation) && isMade) {
          counters.byKind.increment(kind);
        }
      }
      return Optional.empty();
    } finally {
      counters.leave();
    }
  }

  private boolean changeIfHeld(Invalidation invalidation, Runnable change) {
    lock.lock();
    try {
      // Under the lock, so that no wait for it lies between the look at the lease and the change.
      if (!invalidation.isHeld()) {
        counters.withheld.increment();
        return false;
      }
      change.run();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean end(Invalidation invalidation) {
    for (int attempt = 1; ; attempt++) {
      try {
        if (invalidation.end().forceEnded()) {
          // The change itself was made while the lease ran, so it was covered.
          counters.forceEnded.increment();
        }
        return true;
      } catch (SessionLostException e) {
        // The coordinator ends by force what a lost session held, once its lease is over (G9).
        counters.failed.increment("END_" + e.reason());
        counters.forceEnded.increment();
        return true;
      } catch (SvmException e) {
        counters.failed.increment("END_" + e.reason());
        if (attempt == END_ATTEMPTS_MAX) {
          counters.unfinished.increment();
          return false;
        }
      }
    }
  }

  private void countFailedBegin(SvmException e) {
    switch (e) {
      case WouldBlockException refused -> counters.wouldBlock.increment();
      case TimedOutException late -> counters.unfinished.increment();
      default -> counters.failed.increment("BEGIN_" + e.reason());
    }
  }
}
