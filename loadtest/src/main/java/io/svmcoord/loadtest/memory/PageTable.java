package io.svmcoord.loadtest.memory;

import io.svmcoord.loadtest.memory.FaultOutcome.PresentPage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The page table of one emulated address space, changed the ways a kernel changes one. Page ranges
 * are {@code [first, last]}, inclusive page numbers.
 *
 * <p>Confined to the write lock of its {@link HostMemory}: every method needs it held, and every
 * method but {@link #fault} and {@link #map} needs an invalidation over its pages whose begin
 * returned OK. Each first retires the versions that end, then changes.
 *
 * <p>Implementation. Per page: the mapping (none, read-only, read-write), which a mapped but absent
 * page has too, and the entry (frame, writable, version). I1: a frame that never had several users
 * holds the content (space, page, version) of its entry. I2: a frame with several users is
 * read-only everywhere and holds the content of the fork's parent, with the version that all its
 * entries have; the last user keeps that content until it is rewritten.
 */
public final class PageTable {
  private static final byte NOT_MAPPED = 0;
  private static final byte READ_ONLY = 1;
  private static final byte READ_WRITE = 2;
  private static final int ABSENT = -1;

  private final HostMemory host;
  private final MemoryGeometry geometry;
  private final SpaceDirectory.Entry space;
  private final byte[] mapping;
  private final int[] frame;
  private final boolean[] isWritable;
  private final long[] version;

  PageTable(HostMemory host, SpaceDirectory.Entry space) {
    this.host = host;
    this.geometry = host.shared().geometry();
    this.space = space;
    int pages = geometry.pages();
    mapping = new byte[pages];
    frame = new int[pages];
    isWritable = new boolean[pages];
    version = new long[pages];
    Arrays.fill(frame, ABSENT);
  }

  /** The coordinator's id of the space. */
  public long spaceId() {
    return space.spaceId();
  }

  /** Lets devices mirror the space, or stops them from starting to. Needs no lock. */
  public void setOpen(boolean isOpen) {
    host.directory().setOpen(space.slot(), isOpen);
  }

  /** Maps what is not mapped, read-write and absent. No device can have an entry of it. */
  public void map(int first, int last) {
    host.requireWriteLock();
    for (int page = first; page <= last; page++) {
      if (mapping[page] == NOT_MAPPED) {
        mapping[page] = READ_WRITE;
      }
    }
  }

  /** Resolves a fault as for anonymous memory: absent pages of a mapping get a frame. */
  public FaultOutcome fault(int first, int last, FaultAccess access) {
    host.requireWriteLock();
    if (access != FaultAccess.SNAPSHOT) {
      for (int page = first; page <= last; page++) {
        if (mapping[page] == NOT_MAPPED) {
          return new FaultOutcome.NoMapping(page);
        }
        if (access == FaultAccess.WRITE && mapping[page] == READ_ONLY) {
          return new FaultOutcome.NoPermission(page);
        }
        if (access == FaultAccess.WRITE && isCopyNeeded(page)) {
          return new FaultOutcome.CopyNeeded(page);
        }
      }
    }
    List<PresentPage> present = new ArrayList<>(last - first + 1);
    for (int page = first; page <= last; page++) {
      if (access != FaultAccess.SNAPSHOT) {
        makePresent(page, access);
      }
      if (frame[page] != ABSENT) {
        present.add(new PresentPage(page, geometry.frameOffset(frame[page]), isWritable[page]));
      }
    }
    return new FaultOutcome.Present(present);
  }

  /** Unmaps: the frames are freed. Event UNMAP. */
  public void unmap(int first, int last) {
    host.requireWriteLock();
    retire(first, last);
    for (int page = first; page <= last; page++) {
      drop(page);
      mapping[page] = NOT_MAPPED;
    }
  }

  /** Writes the present pages by copying each to another frame, and frees the old ones. CLEAR. */
  public void copyOnWrite(int first, int last) {
    moveToOtherFrames(first, last);
  }

  /** Moves the present pages to other frames without writing them. Event MIGRATE. */
  public void migrate(int first, int last) {
    moveToOtherFrames(first, last);
  }

  /** Sets the permission of what is mapped. Event PROTECTION_VMA. */
  public void protect(int first, int last, boolean writable) {
    host.requireWriteLock();
    retire(first, last);
    for (int page = first; page <= last; page++) {
      if (mapping[page] == NOT_MAPPED) {
        continue;
      }
      mapping[page] = writable ? READ_WRITE : READ_ONLY;
      if (frame[page] != ABSENT) {
        rewrite(page, frame[page]);
      }
    }
  }

  /**
   * Moves {@code count} pages to another place, over whatever is there, frames and all. The old
   * place stays mapped and absent. Event UNMAP, over both places.
   */
  public void move(int from, int to, int count) {
    host.requireWriteLock();
    if (from < to + count && to < from + count) {
      throw new IllegalArgumentException(
          "from, to: %d, %d overlap (expected: %d pages apart)".formatted(from, to, count));
    }
    retire(from, from + count - 1);
    retire(to, to + count - 1);
    for (int i = 0; i < count; i++) {
      drop(to + i);
      mapping[to + i] = mapping[from + i];
      int moved = frame[from + i];
      frame[from + i] = ABSENT;
      if (moved != ABSENT) {
        rewrite(to + i, moved);
      }
    }
  }

  /**
   * Forks: a child space with the same mapping that shares the present pages of the range,
   * read-only in both until one of them writes; the child's other pages are absent, as after
   * madvise(MADV_WIPEONFORK). Event PROTECTION_PAGE.
   *
   * @param childId the coordinator's id of the child
   * @throws IllegalStateException if every slot has a living space
   */
  public PageTable fork(long childId, int first, int last) {
    host.requireWriteLock();
    retire(first, last);
    for (int page = first; page <= last; page++) {
      if (frame[page] != ABSENT) {
        rewrite(page, frame[page]);
        isWritable[page] = false;
      }
    }
    // Born after the rewriting, whose versions it therefore shares.
    PageTable child = host.newSpace(childId, spaceId());
    System.arraycopy(mapping, 0, child.mapping, 0, mapping.length);
    for (int page = first; page <= last; page++) {
      if (frame[page] != ABSENT) {
        host.allocator().share(frame[page]);
        child.frame[page] = frame[page];
        child.version[page] = version[page];
      }
    }
    return child;
  }

  /**
   * Ends the space, of which no device uses a page any more, and frees its frames. Event RELEASE.
   */
  public void release() {
    host.requireWriteLock();
    host.directory().release(space.slot(), host.nowNanos());
    for (int page = 0; page < frame.length; page++) {
      drop(page);
      mapping[page] = NOT_MAPPED;
    }
  }

  /** Whether the page has a frame. */
  public boolean isPresent(int page) {
    return frame[page] != ABSENT;
  }

  /** Whether the page may be written: by its mapping, and by its entry if it is present. */
  public boolean isWritable(int page) {
    return mapping[page] == READ_WRITE && (frame[page] == ABSENT || isWritable[page]);
  }

  private boolean isCopyNeeded(int page) {
    return frame[page] != ABSENT && !isWritable[page] && host.allocator().isShared(frame[page]);
  }

  private void makePresent(int page, FaultAccess access) {
    if (frame[page] == ABSENT) {
      putContent(page, host.allocator().allocate());
    } else if (access == FaultAccess.WRITE) {
      // The last user of a frame may write it: more permission for the same page needs no
      // invalidation. It may still hold the content of the parent; see PageJudge.
      isWritable[page] = true;
    }
  }

  private void moveToOtherFrames(int first, int last) {
    host.requireWriteLock();
    retire(first, last);
    for (int page = first; page <= last; page++) {
      if (frame[page] != ABSENT) {
        copyTo(page, host.allocator().allocate(), frame[page]);
      }
    }
  }

  /** Gives a page whose version was retired the next one: in its frame, or in a copy if shared. */
  private void rewrite(int page, int from) {
    if (host.allocator().isShared(from)) {
      copyTo(page, host.allocator().allocate(), from);
    } else {
      putContent(page, from);
    }
  }

  private void copyTo(int page, int to, int from) {
    host.frames().copySlots(geometry.frameOffset(from), geometry.frameOffset(to));
    putContent(page, to);
    host.allocator().release(from);
  }

  private void putContent(int page, int to) {
    frame[page] = to;
    version[page] = host.nextVersion();
    isWritable[page] = mapping[page] == READ_WRITE;
    host.frames().write(geometry.frameOffset(to), spaceId(), page, version[page]);
  }

  private void drop(int page) {
    if (frame[page] != ABSENT) {
      host.allocator().release(frame[page]);
      frame[page] = ABSENT;
    }
  }

  private void retire(int first, int last) {
    long nowNanos = host.nowNanos();
    for (int page = first; page <= last; page++) {
      if (frame[page] != ABSENT) {
        host.retirements().record(space.slot(), page, version[page], nowNanos);
      }
    }
  }
}
