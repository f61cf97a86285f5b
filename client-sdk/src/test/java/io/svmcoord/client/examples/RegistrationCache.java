package io.svmcoord.client.examples;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * A cache of registered buffers: hfi1, and userptr of i915. Pages are pinned, so a transfer that
 * runs goes on with the old ones, and an invalidation does no more than see to it that the next
 * registration is a new one. Thread-safe.
 *
 * <p>Only for hosts that keep the frame of a pinned page until it is unpinned, and where it is
 * right that a running transfer meets the old page. Non-blockable: accepts, nothing is ever waited
 * for.
 */
public final class RegistrationCache implements AutoCloseable {
  /** Most registrations that nobody uses. */
  public static final int IDLE_MAX = 64;

  /** Keeps the frames of pages from being used for anything else. Must not block. */
  public interface Pins {
    /** They are about to be used. Called under the mirror's lock. */
    void pin(List<MirroredPage> pages);

    /** They are used no more. Called without any lock. */
    void unpin(List<MirroredPage> pages);
  }

  /** One registered buffer; give it back with {@link #release}. */
  public static final class Registration {
    private final AddressRange range;
    private final List<MirroredPage> pages;
    private int users;
    private boolean isCached = true;

    private Registration(AddressRange range, List<MirroredPage> pages) {
      this.range = range;
      this.pages = List.copyOf(pages);
    }

    /** The pages, pinned until the release. */
    public List<MirroredPage> pages() {
      return pages;
    }
  }

  private final Mirror mirror;
  private final Pins pins;
  private final Executor worker;

  /** Guarded by the mirror's lock; the least recently used first. */
  private final Map<AddressRange, Registration> cache = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Mirrors a range and registers nothing yet.
   *
   * @param worker unpins, later: a handler must be quick
   */
  public RegistrationCache(
      DeviceSession device,
      long spaceId,
      AddressRange range,
      PageSource source,
      Pins pins,
      Executor worker) {
    this.pins = pins;
    this.worker = worker;
    this.mirror = device.mirror(spaceId, range, new Table(), source);
  }

  /**
   * Registers a buffer, from the cache if it is still right. Blocks.
   *
   * @throws IllegalStateException if it was invalidated again and again until the limit
   */
  public Registration acquire(AddressRange range, Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    for (long left = limit.toNanos(); left > 0; left = until - System.nanoTime()) {
      Optional<Registration> cached = mirror.access(() -> use(range));
      if (cached.isPresent()) {
        return cached.get();
      }
      mirror.fault(range, Access.WRITE, Duration.ofNanos(left));
    }
    throw new IllegalStateException("buffer %s: not registered within %s".formatted(range, limit));
  }

  private Optional<Registration> use(AddressRange range) {
    Optional<Registration> cached = Optional.ofNullable(cache.get(range));
    cached.ifPresent(registration -> registration.users++);
    return cached;
  }

  /** The transfer is over. */
  public void release(Registration registration) {
    mirror.lock().lock();
    try {
      registration.users--;
      unpinUnlessNeeded(registration);
      evict();
    } finally {
      mirror.lock().unlock();
    }
  }

  private void evict() {
    long idle = cache.values().stream().filter(each -> each.users == 0).count();
    Iterator<Registration> oldest = cache.values().iterator();
    while (idle > IDLE_MAX) {
      Registration one = oldest.next();
      if (one.users == 0) {
        oldest.remove();
        drop(one);
        idle--;
      }
    }
  }

  /** It is out of the cache; whoever uses it goes on. Under the lock. */
  private void drop(Registration registration) {
    registration.isCached = false;
    unpinUnlessNeeded(registration);
  }

  private void unpinUnlessNeeded(Registration registration) {
    if (!registration.isCached && registration.users == 0) {
      worker.execute(() -> pins.unpin(registration.pages));
    }
  }

  @Override
  public void close() {
    mirror.close();
  }

  private final class Table implements DeviceTable {
    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {
      pins.pin(pages);
      Registration old = cache.put(range, new Registration(range, pages));
      if (old != null) {
        drop(old);
      }
    }

    @Override
    public void invalidate(InvalidationNotice notice) {
      Iterator<Registration> all = cache.values().iterator();
      while (all.hasNext()) {
        Registration one = all.next();
        if (notice.ranges().overlaps(one.range)) {
          all.remove();
          drop(one);
        }
      }
    }
  }
}
