package io.svmcoord.client.examples;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.Event;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageFaultException;
import io.svmcoord.client.PageSource;
import io.svmcoord.client.TearDown;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A device that maps chunks, as large as they fit: drm_gpusvm. Addresses are divided into windows
 * of one mirror each, made by the first fault and closed with their last chunk. Thread-safe.
 *
 * <p>A chunk is never split. One that loses a part of its addresses is destroyed as a whole, by the
 * garbage collector at the head of the next fault, since a handler must not call the SDK; the fault
 * then makes smaller ones. Non-blockable: refused outright.
 */
public final class ChunkedMirror implements AutoCloseable {
  /** Pages of a chunk, the largest that fits first. */
  private static final int[] CHUNK_PAGES = {512, 16, 1};

  private final DeviceSession device;
  private final long spaceId;
  private final PageSource source;
  private final long windowBytes;

  /** One fault at a time; taken before a mirror's lock and never in a handler. */
  private final ReentrantLock driver = new ReentrantLock();

  /** Guarded by {@link #driver}. */
  private final Map<Long, Window> windows = new TreeMap<>(Long::compareUnsigned);

  /**
   * Nothing is mirrored yet.
   *
   * @param windowBytes size of a window, a multiple of the largest chunk's
   */
  public ChunkedMirror(DeviceSession device, long spaceId, PageSource source, long windowBytes) {
    this.device = device;
    this.spaceId = spaceId;
    this.source = source;
    this.windowBytes = windowBytes;
  }

  /**
   * Maps the chunk around an address. Blocks.
   *
   * @throws PageFaultException if there is no page, or not with this access
   */
  public AddressRange fault(long address, Access access, Duration timeout) {
    driver.lock();
    try {
      collectGarbage();
      long first = address - Long.remainderUnsigned(address, windowBytes);
      return windows.computeIfAbsent(first, Window::new).fault(address, access, timeout);
    } finally {
      driver.unlock();
    }
  }

  /** The page at an address, if it is mapped now; what is returned may be out of date at once. */
  public Optional<MirroredPage> lookup(long address) {
    driver.lock();
    try {
      Window window = windows.get(address - Long.remainderUnsigned(address, windowBytes));
      return window == null ? Optional.empty() : window.lookup(address);
    } finally {
      driver.unlock();
    }
  }

  /** What is mirrored: the windows. */
  public List<AddressRange> windows() {
    driver.lock();
    try {
      return windows.values().stream().map(window -> window.range).toList();
    } finally {
      driver.unlock();
    }
  }

  /** Destroys what was unmapped, and closes windows that are empty then. */
  private void collectGarbage() {
    List<Window> empty = new ArrayList<>();
    windows.values().stream().filter(Window::collect).forEach(empty::add);
    for (Window window : empty) {
      window.mirror.close();
      windows.remove(window.range.first());
    }
  }

  @Override
  public void close() {
    driver.lock();
    try {
      windows.values().forEach(window -> window.mirror.close());
      windows.clear();
    } finally {
      driver.unlock();
    }
  }

  /** Guarded by its mirror's lock. */
  private static final class Chunk {
    final AddressRange range;

    /** Empty when it has no mapping: zapped, and to be faulted in again. */
    List<MirroredPage> pages;

    boolean isUnmapped;

    Chunk(AddressRange range, List<MirroredPage> pages) {
      this.range = range;
      this.pages = pages;
    }
  }

  private final class Window implements DeviceTable {
    final AddressRange range;
    final Mirror mirror;

    /** Guarded by the mirror's lock: first address to chunk, disjoint. */
    private final TreeMap<Long, Chunk> chunks = new TreeMap<>(Long::compareUnsigned);

    Window(long first) {
      range = AddressRange.ofLength(first, windowBytes);
      mirror = device.mirror(spaceId, range, this, source);
    }

    AddressRange fault(long address, Access access, Duration timeout) {
      PageFaultException last = PageFaultException.noMapping(address);
      for (AddressRange candidate : candidates(address)) {
        try {
          mirror.fault(candidate, access, timeout);
          return candidate;
        } catch (PageFaultException e) {
          // The mapping ends within it: a smaller one may fit.
          last = e;
        }
      }
      throw last;
    }

    private List<AddressRange> candidates(long address) {
      mirror.lock().lock();
      try {
        Optional<Chunk> old = chunkAt(address);
        if (old.isPresent()) {
          return List.of(old.get().range);
        }
        List<AddressRange> fitting = new ArrayList<>();
        for (int pages : CHUNK_PAGES) {
          long size = pages * mirror.pageSizeBytes();
          AddressRange one =
              AddressRange.ofLength(address - Long.remainderUnsigned(address, size), size);
          if (chunks.values().stream().noneMatch(chunk -> chunk.range.overlaps(one))) {
            fitting.add(one);
          }
        }
        return fitting;
      } finally {
        mirror.lock().unlock();
      }
    }

    private Optional<Chunk> chunkAt(long address) {
      return Optional.ofNullable(chunks.floorEntry(address))
          .map(Map.Entry::getValue)
          .filter(chunk -> chunk.range.contains(address));
    }

    Optional<MirroredPage> lookup(long address) {
      return mirror.access(
          () ->
              chunkAt(address).stream()
                  .flatMap(chunk -> chunk.pages.stream())
                  .filter(page -> address - page.address() < mirror.pageSizeBytes())
                  .filter(page -> Long.compareUnsigned(page.address(), address) <= 0)
                  .findFirst());
    }

    /** Whether it is empty afterwards. */
    boolean collect() {
      mirror.lock().lock();
      try {
        chunks.values().removeIf(chunk -> chunk.isUnmapped);
        return chunks.isEmpty();
      } finally {
        mirror.lock().unlock();
      }
    }

    @Override
    public void install(AddressRange installed, List<MirroredPage> pages, Access access) {
      chunks.put(installed.first(), new Chunk(installed, pages));
    }

    @Override
    public void invalidate(InvalidationNotice notice) {
      for (Chunk chunk : chunks.values()) {
        if (notice.ranges().overlaps(chunk.range)) {
          chunk.pages = List.of();
          chunk.isUnmapped |= notice.event() == Event.UNMAP;
        }
      }
    }

    @Override
    public TearDown startInvalidate(InvalidationNotice notice) {
      if (notice.nonBlockable()) {
        return TearDown.wouldBlock();
      }
      invalidate(notice);
      return TearDown.done();
    }
  }
}
