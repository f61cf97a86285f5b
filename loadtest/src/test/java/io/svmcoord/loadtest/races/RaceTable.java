package io.svmcoord.loadtest.races;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.range.AddressRange;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A device's page table that knows of each page the version it maps, and lets a test step in where
 * a race is decided. Changed under the mirror's lock, read by any thread.
 */
final class RaceTable implements DeviceTable {
  private final Map<Long, Long> versions = new ConcurrentSkipListMap<>(Long::compareUnsigned);
  private final List<InvalidationNotice> notices = new CopyOnWriteArrayList<>();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger insideMax = new AtomicInteger();
  private final CountDownLatch told = new CountDownLatch(1);
  private final CountDownLatch installing = new CountDownLatch(1);

  /** Runs in each install, before anything is mapped. */
  volatile Runnable beforeInstall = () -> {};

  /** Runs in each invalidate, before anything is unmapped. */
  volatile Runnable beforeTearDown = () -> {};

  /** Runs in each invalidate, when all is unmapped. */
  volatile Runnable afterTearDown = () -> {};

  @Override
  public void install(AddressRange range, List<MirroredPage> pages, Access access) {
    enter();
    installing.countDown();
    beforeInstall.run();
    pages.forEach(page -> versions.put(page.address(), page.frame()));
    inside.decrementAndGet();
  }

  @Override
  public void invalidate(InvalidationNotice notice) {
    enter();
    notices.add(notice);
    told.countDown();
    beforeTearDown.run();
    versions.keySet().removeIf(notice.ranges()::contains);
    afterTearDown.run();
    inside.decrementAndGet();
  }

  private void enter() {
    insideMax.accumulateAndGet(inside.incrementAndGet(), Math::max);
  }

  /** Address and version of each mapped page. */
  Map<Long, Long> versions() {
    return Map.copyOf(versions);
  }

  /** What was told, in order; those with sequence 0 are the SDK's own. */
  List<InvalidationNotice> notices() {
    return notices;
  }

  /** The sequences of the invalidations that were told, in order. */
  List<Long> sequences() {
    return notices.stream()
        .map(InvalidationNotice::sequence)
        .filter(sequence -> sequence != 0)
        .toList();
  }

  /** Most calls that were inside at once. */
  int insideMax() {
    return insideMax.get();
  }

  /** Blocks until invalidate was called for the first time. */
  void awaitTold() {
    Waits.await(told);
  }

  /** Blocks until install was called for the first time. */
  void awaitInstalling() {
    Waits.await(installing);
  }
}
