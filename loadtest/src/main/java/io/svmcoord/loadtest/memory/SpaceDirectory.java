package io.svmcoord.loadtest.memory;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which address spaces have pages in the memory: written by the host, read by everybody. A slot is
 * used again after its space was released; judges of the old space then only know that it is gone.
 *
 * <p>Single writer (the host, under its own lock), many readers.
 */
public final class SpaceDirectory {
  static final int ENTRY_BYTES = 64;

  private static final int SPACE_AT = 0;
  private static final int PARENT_AT = 8;
  private static final int BIRTH_VERSION_AT = 16;
  private static final int RELEASED_AT = 24;
  private static final int OPEN_AT = 32;

  private final SharedMemory memory;
  private final MemoryGeometry geometry;

  SpaceDirectory(SharedMemory memory) {
    this.memory = memory;
    this.geometry = memory.geometry();
  }

  /**
   * One address space.
   *
   * @param slot place in the memory
   * @param spaceId the coordinator's id of it
   * @param parentId id of the space it was forked from; 0 when it was not
   * @param birthVersion versions up to this one may be shared with the parent
   * @param isOpen whether devices may mirror it
   */
  public record Entry(int slot, long spaceId, long parentId, long birthVersion, boolean isOpen) {}

  /** Spaces that devices may mirror now, in no order. */
  public List<Entry> open() {
    List<Entry> entries = new ArrayList<>();
    for (int slot = 0; slot < geometry.spaceSlots(); slot++) {
      Entry entry = at(slot);
      if (entry.spaceId() != 0 && entry.isOpen()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  /** The space of this id while it has a slot, released or not. */
  public Optional<Entry> find(long spaceId) {
    for (int slot = 0; slot < geometry.spaceSlots(); slot++) {
      if (memory.acquire(geometry.directoryOffset(slot) + SPACE_AT) == spaceId) {
        return Optional.of(at(slot));
      }
    }
    return Optional.empty();
  }

  /** Grows whenever a space is opened or closed: whoever follows the spaces looks again then. */
  public long changes() {
    return memory.acquire(SharedMemory.DIRECTORY_CHANGES_AT);
  }

  /**
   * Time at which a space in a slot was released, System.nanoTime of this machine; 0 while it was
   * not. For a space without a slot: the latest release among the forgotten ones.
   */
  public long releasedAtNanos(long spaceId) {
    for (int slot = 0; slot < geometry.spaceSlots(); slot++) {
      long offset = geometry.directoryOffset(slot);
      if (memory.acquire(offset + SPACE_AT) == spaceId) {
        long released = memory.acquire(offset + RELEASED_AT);
        if (memory.acquire(offset + SPACE_AT) == spaceId) {
          return released;
        }
      }
    }
    return memory.acquire(SharedMemory.FORGOTTEN_RELEASED_AT);
  }

  /**
   * Gives a space a slot; not open yet.
   *
   * @throws IllegalStateException if every slot has a living space
   */
  Entry register(long spaceId, long parentId, long birthVersion) {
    for (int slot = 0; slot < geometry.spaceSlots(); slot++) {
      long offset = geometry.directoryOffset(slot);
      long released = memory.acquire(offset + RELEASED_AT);
      if (memory.acquire(offset + SPACE_AT) != 0 && released == 0) {
        continue;
      }
      forget(offset, released);
      clearRetirements(slot);
      memory.setRelease(offset + PARENT_AT, parentId);
      memory.setRelease(offset + BIRTH_VERSION_AT, birthVersion);
      memory.setRelease(offset + RELEASED_AT, 0);
      memory.setRelease(offset + OPEN_AT, 0);
      memory.setRelease(offset + SPACE_AT, spaceId);
      return at(slot);
    }
    throw new IllegalStateException(
        "spaceSlots: %d all in use (expected: a free one)".formatted(geometry.spaceSlots()));
  }

  /** Lets devices mirror the space, or stops them from starting to. */
  void setOpen(int slot, boolean isOpen) {
    memory.setRelease(geometry.directoryOffset(slot) + OPEN_AT, isOpen ? 1 : 0);
    long changes = memory.acquire(SharedMemory.DIRECTORY_CHANGES_AT);
    memory.setRelease(SharedMemory.DIRECTORY_CHANGES_AT, changes + 1);
  }

  /** Records that every version of the space was retired. */
  void release(int slot, long nowNanos) {
    memory.setRelease(geometry.directoryOffset(slot) + RELEASED_AT, nowNanos);
  }

  private Entry at(int slot) {
    long offset = geometry.directoryOffset(slot);
    return new Entry(
        slot,
        memory.acquire(offset + SPACE_AT),
        memory.acquire(offset + PARENT_AT),
        memory.acquire(offset + BIRTH_VERSION_AT),
        memory.acquire(offset + OPEN_AT) == 1);
  }

  /**
   * The id goes first: a judge that still finds it afterwards has read nothing of a later space.
   */
  private void forget(long offset, long released) {
    if (released != 0) {
      memory.setRelease(SharedMemory.FORGOTTEN_RELEASED_AT, released);
    }
    memory.setRelease(offset + SPACE_AT, 0);
    // Neither this store nor the clearing of the rings may pass the other: see releasedAtNanos.
    VarHandle.fullFence();
  }

  private void clearRetirements(int slot) {
    long first = geometry.retirementsOffset(slot, 0);
    long length = (long) geometry.pages() * Retirements.RING_BYTES;
    memory.bytes().asSlice(first, length).fill((byte) 0);
  }
}
