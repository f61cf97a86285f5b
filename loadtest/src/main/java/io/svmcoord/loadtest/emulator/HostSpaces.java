package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.AddressSpaceInfo;
import io.svmcoord.client.AddressSpaces;
import io.svmcoord.client.AlreadyExistsException;
import io.svmcoord.client.SvmException;
import io.svmcoord.loadtest.memory.HostMemory;
import io.svmcoord.loadtest.memory.PageTable;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The living address spaces of an emulated host: the root and its forked children, at the
 * coordinator and in the memory. Thread-safe.
 */
final class HostSpaces {
  private final AddressSpaces spaces;
  private final HostMemory memory;
  private final HostCounters counters;
  private final Duration ackDeadline;
  private final Semaphore places;
  private final EmulatedSpace root;
  private final String rootName;
  private final Map<Long, EmulatedSpace> children = new ConcurrentHashMap<>();
  private final AtomicLong childNumber = new AtomicLong();

  private HostSpaces(
      AddressSpaces spaces,
      HostMemory memory,
      HostCounters counters,
      HostEmulatorOptions options,
      AddressSpaceInfo root) {
    this.spaces = spaces;
    this.memory = memory;
    this.counters = counters;
    this.ackDeadline = options.ackDeadline();
    this.places = new Semaphore(options.childrenMax());
    this.rootName = root.name();
    this.root = new EmulatedSpace(memory.newSpace(root.id()), Long.MAX_VALUE);
  }

  /**
   * Makes the root, all of it mapped and absent, and opens it for devices. A name that is taken, by
   * a host that was killed say, gets a number.
   */
  static HostSpaces create(
      AddressSpaces spaces, HostMemory memory, HostCounters counters, HostEmulatorOptions options) {
    AddressSpaceInfo info = createSpace(spaces, options);
    HostSpaces made = new HostSpaces(spaces, memory, counters, options, info);
    memory.lock().writeLock().lock();
    try {
      made.root.table().map(0, options.pages() - 1);
    } finally {
      memory.lock().writeLock().unlock();
    }
    made.root.table().setOpen(true);
    return made;
  }

  EmulatedSpace root() {
    return root;
  }

  List<EmulatedSpace> children() {
    return List.copyOf(children.values());
  }

  Optional<EmulatedSpace> find(long spaceId) {
    return spaceId == root.id() ? Optional.of(root) : Optional.ofNullable(children.get(spaceId));
  }

  /** Takes one of the places for children, which {@link #createChild} then uses, if one is free. */
  boolean reserveChild() {
    return places.tryAcquire();
  }

  /** Makes a child at the coordinator, in a place that was reserved; it has no pages yet. */
  long createChild(int pageSizeBytes) {
    try {
      String name = rootName + "/child-" + childNumber.incrementAndGet();
      return spaces.create(name, pageSizeBytes).id();
    } catch (SvmException e) {
      places.release();
      counters.failed.increment("CREATE_" + e.reason());
      throw e;
    }
  }

  /** Takes a child in that was forked, and opens it for devices. */
  void addChild(PageTable table, long releaseAtNanos) {
    children.put(table.spaceId(), new EmulatedSpace(table, releaseAtNanos));
    counters.forks.increment();
    table.setOpen(true);
  }

  /** Takes back a child that has no pages because its fork failed. */
  void deleteChild(long childId) {
    try {
      spaces.delete(childId);
    } catch (SvmException e) {
      counters.failed.increment("DELETE_" + e.reason());
    } finally {
      places.release();
    }
  }

  /** The child whose life is over first. */
  Optional<EmulatedSpace> nextToRelease() {
    return children.values().stream().min(Comparator.comparingLong(EmulatedSpace::releaseAtNanos));
  }

  /**
   * Releases a space: at the coordinator first, which has every device drop it, then its pages.
   *
   * @return whether it is gone
   */
  boolean release(EmulatedSpace space) {
    space.table().setOpen(false);
    space.closeToUsers();
    try {
      spaces.delete(space.id(), ackDeadline);
    } catch (SvmException e) {
      counters.failed.increment("DELETE_" + e.reason());
      space.reopenToUsers();
      return false;
    }
    memory.lock().writeLock().lock();
    try {
      space.table().release();
    } finally {
      memory.lock().writeLock().unlock();
    }
    if (children.remove(space.id()) != null) {
      places.release();
    }
    return true;
  }

  private static AddressSpaceInfo createSpace(AddressSpaces spaces, HostEmulatorOptions options) {
    try {
      return spaces.create(options.name(), options.pageSizeBytes());
    } catch (AlreadyExistsException e) {
      String other = options.name() + "-" + Long.toHexString(System.nanoTime());
      return spaces.create(other, options.pageSizeBytes());
    }
  }
}
