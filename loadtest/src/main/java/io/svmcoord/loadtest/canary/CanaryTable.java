package io.svmcoord.loadtest.canary;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.range.AddressRange;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The canary's device: what it uses, by address. It is slow to stop, so that a begin which does not
 * wait for its ack finds it at work. Written under the mirror's lock, read by anybody.
 */
final class CanaryTable implements DeviceTable {
  /** How long it goes on using a page that it was told to stop using. */
  private static final long TEAR_DOWN_NANOS = 5_000_000;

  private final Map<Long, Long> frames = new ConcurrentHashMap<>();

  /** The frame that the device uses for a page; empty if it uses none. */
  OptionalLong frame(int page) {
    Long frame = frames.get(CanaryPages.range(page).first());
    return frame == null ? OptionalLong.empty() : OptionalLong.of(frame);
  }

  @Override
  public void install(AddressRange range, List<MirroredPage> pages, Access access) {
    pages.forEach(page -> frames.put(page.address(), page.frame()));
  }

  @Override
  public void invalidate(InvalidationNotice notice) {
    long startNanos = System.nanoTime();
    for (long left = TEAR_DOWN_NANOS; left > 0; ) {
      LockSupport.parkNanos(left);
      left = TEAR_DOWN_NANOS - (System.nanoTime() - startNanos);
    }
    frames.keySet().removeIf(notice.ranges()::contains);
  }
}
