package io.svmcoord.loadtest.memory;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;

/**
 * The host's side of a {@link SharedMemory}: frames to give out, versions, and the page tables of
 * all its address spaces under one lock, which plays the kernel's mmap_lock.
 *
 * <p>Thread-safe.
 */
public final class HostMemory implements AutoCloseable {
  private final SharedMemory memory;
  private final Frames frames;
  private final Retirements retirements;
  private final SpaceDirectory directory;
  private final FrameAllocator allocator;
  private final LongSupplier nanoTime;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private long lastVersion;

  /**
   * Takes over a new memory.
   *
   * @param nanoTime System::nanoTime, but for tests
   */
  public HostMemory(SharedMemory memory, LongSupplier nanoTime) {
    this.memory = memory;
    this.frames = memory.frames();
    this.retirements = memory.retirements();
    this.directory = memory.directory();
    this.allocator = new FrameAllocator(memory.geometry().frames());
    this.nanoTime = nanoTime;
  }

  /** The memory that is shared. */
  public SharedMemory shared() {
    return memory;
  }

  /** Address spaces that have pages here. */
  public SpaceDirectory directory() {
    return directory;
  }

  /** The lock over all page tables: write to change, read to look. */
  public ReentrantReadWriteLock lock() {
    return lock;
  }

  /**
   * Makes the page table of a new address space: nothing mapped, not open for devices yet.
   *
   * @throws IllegalStateException if every slot has a living space
   */
  public PageTable newSpace(long spaceId) {
    return newSpace(spaceId, 0);
  }

  /** Frames that nobody uses. */
  public int freeFrames() {
    lock.readLock().lock();
    try {
      return allocator.freeCount();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Unmaps the memory. */
  @Override
  public void close() {
    memory.close();
  }

  PageTable newSpace(long spaceId, long parentId) {
    lock.writeLock().lock();
    try {
      return new PageTable(this, directory.register(spaceId, parentId, lastVersion));
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** The next version; none is ever used again. Under the write lock. */
  long nextVersion() {
    requireWriteLock();
    return ++lastVersion;
  }

  Frames frames() {
    return frames;
  }

  Retirements retirements() {
    return retirements;
  }

  FrameAllocator allocator() {
    return allocator;
  }

  long nowNanos() {
    return nanoTime.getAsLong();
  }

  void requireWriteLock() {
    if (!lock.isWriteLockedByCurrentThread()) {
      throw new IllegalStateException("lock: not held (expected: the write lock, to change pages)");
    }
  }
}
