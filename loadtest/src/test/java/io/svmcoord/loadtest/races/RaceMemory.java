package io.svmcoord.loadtest.races;

import io.svmcoord.client.Access;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The host's memory: a version of each page, counted up by every change of its mapping. As a page
 * source it lists the version as the frame, and a list can be held back on its way. Thread-safe.
 */
final class RaceMemory implements PageSource {
  /** Holds back lists that were made while it was shut. */
  static final class Gate {
    private final Semaphore listed = new Semaphore(0);
    private final CountDownLatch open = new CountDownLatch(1);

    /** Blocks until that many more lists were made and are held back. */
    void awaitListed(int lists) {
      try {
        if (!listed.tryAcquire(lists, Waits.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new AssertionError("lists made: fewer than " + lists);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }

    void open() {
      open.countDown();
    }

    private void pass() {
      listed.release();
      Waits.await(open);
    }
  }

  private final long pageSizeBytes;
  private final Map<Long, Long> versions = new ConcurrentHashMap<>();
  private final AtomicInteger lists = new AtomicInteger();
  private final AtomicReference<Gate> gate = new AtomicReference<>(opened());

  RaceMemory(long pageSizeBytes) {
    this.pageSizeBytes = pageSizeBytes;
  }

  private static Gate opened() {
    Gate gate = new Gate();
    gate.open();
    return gate;
  }

  /** Lists that are made from now on are held back until the gate is opened. */
  Gate shutGate() {
    Gate shut = new Gate();
    gate.set(shut);
    return shut;
  }

  /** Changes the mapping of every page of a range: what was listed of it is stale from now on. */
  void change(AddressRange range) {
    for (long at = range.first(); range.contains(at); at += pageSizeBytes) {
      versions.merge(at, 2L, (now, first) -> now + 1);
    }
  }

  /** The version that may be used now; 1 at first. */
  long version(long address) {
    return versions.getOrDefault(address, 1L);
  }

  /** How many lists were made. */
  int lists() {
    return lists.get();
  }

  @Override
  public List<MirroredPage> fault(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    List<MirroredPage> pages = new ArrayList<>();
    for (long at = range.first(); range.contains(at); at += pageSizeBytes) {
      pages.add(new MirroredPage(at, version(at), true, 0));
    }
    lists.incrementAndGet();
    gate.get().pass();
    return pages;
  }
}
