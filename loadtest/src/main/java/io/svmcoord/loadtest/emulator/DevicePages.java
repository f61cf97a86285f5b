package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.loadtest.memory.Frames;
import io.svmcoord.loadtest.memory.MemoryGeometry;
import io.svmcoord.loadtest.memory.SharedMemory;
import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * The page table of one device for one mirror: page to frame, and the version that the entry stands
 * for. As a page source it passes faults on and notes which version each listed frame held when the
 * list came: between read_begin and read_retry, so that it is the version of the mapping if
 * read_retry lets it be installed. An entry is thereby known to be stale even if its frame was not
 * reused, or was given the next version in place.
 *
 * <p>The table is confined to the mirror's lock; the noted versions to the one thread that faults.
 */
final class DevicePages implements DeviceTable, PageSource {
  static final long ABSENT = -1;

  private final PageSource source;
  private final MemoryGeometry geometry;
  private final Frames frames;
  private final PageRange window;
  private final long[] frame;
  private final boolean[] isWritable;
  private final long[] version;
  private final long[] notedVersion;

  DevicePages(PageSource source, SharedMemory memory, PageRange window) {
    this.source = source;
    this.geometry = memory.geometry();
    this.frames = memory.frames();
    this.window = window;
    int count = window.last() - window.first() + 1;
    frame = new long[count];
    isWritable = new boolean[count];
    version = new long[count];
    notedVersion = new long[count];
    Arrays.fill(frame, ABSENT);
  }

  PageRange window() {
    return window;
  }

  /** Byte offset of the page's frame, or {@link #ABSENT}. */
  long frame(int page) {
    return frame[page - window.first()];
  }

  boolean isWritable(int page) {
    return isWritable[page - window.first()];
  }

  /** Version that the page's entry stands for. */
  long version(int page) {
    return version[page - window.first()];
  }

  @Override
  public List<MirroredPage> fault(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    List<MirroredPage> pages = source.fault(spaceId, range, access, timeout);
    for (MirroredPage page : pages) {
      if (!geometry.isFrameOffset(page.frame())) {
        throw new IllegalStateException(
            "frame: %d (expected: the offset of a frame)".formatted(page.frame()));
      }
      notedVersion[index(page)] = frames.readVersion(page.frame());
    }
    return pages;
  }

  @Override
  public void install(AddressRange range, List<MirroredPage> pages, Access access) {
    for (MirroredPage page : pages) {
      int index = index(page);
      frame[index] = page.frame();
      isWritable[index] = page.writable();
      version[index] = notedVersion[index];
    }
  }

  @Override
  public void invalidate(InvalidationNotice notice) {
    AddressRange mine = window.addresses(geometry);
    AddressRanges ranges = notice.ranges();
    for (int i = 0; i < ranges.size(); i++) {
      ranges
          .range(i)
          .intersection(mine)
          .ifPresent(
              hit ->
                  Arrays.fill(
                      frame,
                      geometry.pageOf(hit.first()) - window.first(),
                      geometry.pageOf(hit.last()) - window.first() + 1,
                      ABSENT));
    }
  }

  private int index(MirroredPage page) {
    int number = geometry.pageOf(page.address());
    if (number < window.first() || number > window.last()) {
      throw new IllegalStateException(
          "page: 0x%x (expected: one of %s)".formatted(page.address(), window));
    }
    return number - window.first();
  }
}
