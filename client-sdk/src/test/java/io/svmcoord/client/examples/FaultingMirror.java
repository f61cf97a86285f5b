package io.svmcoord.client.examples;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.FencedException;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A device that faults one page at a time, when it needs it: nouveau, and on-demand paging of mlx5.
 * Thread-safe.
 *
 * <p>Non-blockable: accepts. The handler only clears entries; if the lock is taken, the SDK refuses
 * for it.
 */
public final class FaultingMirror implements AutoCloseable {
  private final Mirror mirror;

  /** Guarded by the mirror's lock: page address to entry. */
  private final Map<Long, MirroredPage> entries = new HashMap<>();

  /** Mirrors a range; blocks until it is subscribed. */
  public FaultingMirror(DeviceSession device, long spaceId, AddressRange range, PageSource source) {
    mirror = device.mirror(spaceId, range, new Table(), source);
  }

  /**
   * Uses the page at an address, faulting it in as often as it takes. Blocks.
   *
   * @param use runs under the mirror's lock while the page is certainly current: short
   * @throws IllegalStateException if the page could not be held on to within the limit
   */
  public <T> T use(long address, Access access, Duration limit, Function<MirroredPage, T> use) {
    long until = System.nanoTime() + limit.toNanos();
    AddressRange page = page(address);
    // The limit is tested at the loop's head, so that no kind of retry escapes it.
    for (long left = limit.toNanos(); left > 0; left = until - System.nanoTime()) {
      Optional<T> result = tryUse(page, access, use);
      if (result.isPresent()) {
        return result.get();
      }
      mirror.fault(page, access, Duration.ofNanos(left));
    }
    throw new IllegalStateException("page %s: no use within %s".formatted(page, limit));
  }

  private <T> Optional<T> tryUse(AddressRange page, Access access, Function<MirroredPage, T> use) {
    try {
      return mirror.access(
          () ->
              Optional.ofNullable(entries.get(page.first()))
                  .filter(entry -> access != Access.WRITE || entry.writable())
                  .map(use));
    } catch (FencedException e) {
      // The lease is over: the fault waits until the session is open again.
      return Optional.empty();
    }
  }

  private AddressRange page(long address) {
    long size = mirror.pageSizeBytes();
    return AddressRange.ofLength(address - Long.remainderUnsigned(address, size), size);
  }

  /** Number of pages that are mapped now. */
  public int mapped() {
    mirror.lock().lock();
    try {
      return entries.size();
    } finally {
      mirror.lock().unlock();
    }
  }

  @Override
  public void close() {
    mirror.close();
  }

  private final class Table implements DeviceTable {
    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {
      pages.forEach(page -> entries.put(page.address(), page));
    }

    @Override
    public void invalidate(InvalidationNotice notice) {
      entries.keySet().removeIf(notice.ranges()::contains);
    }
  }
}
