package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A device's page table that remembers what happened to it. Confined to the mirror's lock. */
final class RecordingTable implements DeviceTable {
  final Map<Long, MirroredPage> mapped = new TreeMap<>(Long::compareUnsigned);

  /** Every call, in order; read from other threads. */
  final List<InvalidationNotice> notices = new CopyOnWriteArrayList<>();

  /** Runs in each invalidate before anything is unmapped. */
  volatile Runnable beforeTearDown = () -> {};

  /** Runs in each install before anything is mapped. */
  volatile Runnable beforeInstall = () -> {};

  @Override
  public void install(AddressRange range, List<MirroredPage> pages, Access access) {
    beforeInstall.run();
    pages.forEach(page -> mapped.put(page.address(), page));
  }

  @Override
  public void invalidate(InvalidationNotice notice) {
    notices.add(notice);
    beforeTearDown.run();
    mapped.keySet().removeIf(notice.ranges()::contains);
  }
}
