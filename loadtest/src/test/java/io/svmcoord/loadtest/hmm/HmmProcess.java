package io.svmcoord.loadtest.hmm;

import io.svmcoord.client.Access;
import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.Event;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.loadtest.hmm.HmmPage.Protection;
import io.svmcoord.range.AddressRange;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A process: its mapping table, changed the ways a kernel changes one, and its CPU. Each change
 * that takes something away from devices is made inside an invalidation with the event that Linux
 * sends for it. Page ranges are {@code [first, last]}, inclusive. Thread-safe: all under the
 * machine's lock.
 */
final class HmmProcess {
  static final int PAGES = 2048;
  static final int HUGE_ORDER = 9;
  static final int HUGE_PAGES = 1 << HUGE_ORDER;

  private final HmmMachine machine;
  private final HmmFrames frames;
  private final long spaceId;
  private final HmmPages pages;
  private final HmmFaults faults;
  private final HmmMigration migration;

  HmmProcess(HmmMachine machine, long spaceId) {
    this.machine = machine;
    this.frames = machine.frames();
    this.spaceId = spaceId;
    pages = new HmmPages(frames);
    faults = new HmmFaults(machine, this, pages);
    migration = new HmmMigration(machine, this, pages, faults);
  }

  HmmPages pages() {
    return pages;
  }

  HmmMigration migration() {
    return migration;
  }

  long spaceId() {
    return spaceId;
  }

  // Mappings.

  /** mmap of anonymous private memory. */
  void map(int first, int last, Protection protection) {
    map(first, last, protection, Optional.empty(), false);
  }

  /** As {@link #map}, with huge pages where a whole one fits. */
  void mapHuge(int first, int last) {
    map(first, last, Protection.READ_WRITE, Optional.empty(), true);
  }

  /** mmap of what belongs to no one process: shared memory, a file, a driver's pages. */
  void mapObject(int first, HmmObject object, Protection protection) {
    map(first, first + object.pages() - 1, protection, Optional.of(object), false);
  }

  private void map(
      int first, int last, Protection protection, Optional<HmmObject> object, boolean isHuge) {
    machine.locked(
        () ->
            IntStream.rangeClosed(first, last)
                .forEach(i -> pages.put(i, new HmmPage(protection, object, i - first, isHuge))));
  }

  /** A mapping whose pages somebody else supplies when they are touched: userfaultfd. */
  void mapAwaited(int first, int last) {
    map(first, last, Protection.READ_WRITE);
    machine.locked(() -> pages.within(first, last).values().forEach(this::await));
  }

  private void await(HmmPage page) {
    page.isAwaited = true;
  }

  /** munmap. */
  void unmap(int first, int last) {
    change(
        first,
        last,
        Event.UNMAP,
        () -> {
          pages.split(first, last);
          pages.present(first, last).forEach(page -> frames.release(page.frame));
          pages.within(first, last).clear();
        });
  }

  /** madvise(MADV_FREE): the pages stay mapped and lose their content. */
  void free(int first, int last) {
    change(
        first,
        last,
        Event.CLEAR,
        () -> {
          pages.split(first, last);
          pages.present(first, last).forEach(page -> frames.release(page.frame));
          pages.within(first, last).replaceAll((i, page) -> page.emptied());
        });
  }

  /** mprotect. */
  void protect(int first, int last, Protection protection) {
    change(
        first,
        last,
        Event.PROTECTION_VMA,
        () -> {
          pages.split(first, last);
          for (HmmPage page : pages.within(first, last).values()) {
            page.protection = protection;
            page.isWritable &= protection == Protection.READ_WRITE;
            page.exclusiveTo = HmmPage.NOBODY;
          }
        });
  }

  /** mremap to an unmapped place; with {@code isKept} the old place stays mapped and empty. */
  void move(int from, int to, int count, boolean isKept) {
    int last = from + count - 1;
    change(
        from,
        last,
        Event.UNMAP,
        () -> {
          pages.split(from, last);
          if (from % HUGE_PAGES != to % HUGE_PAGES) {
            pages.within(from, last).values().forEach(page -> page.order = 0);
          }
          for (int i = from; i <= last; i++) {
            HmmPage page = pages.page(i);
            pages.remove(i);
            pages.put(to + i - from, page);
            if (isKept) {
              pages.put(i, page.emptied());
            }
          }
        });
  }

  /** fork: private pages are shared, read-only on both sides until one of them writes. */
  HmmProcess fork(String name) {
    HmmProcess child = machine.newProcess(name);
    change(
        0,
        PAGES - 1,
        Event.PROTECTION_PAGE,
        () ->
            pages
                .within(0, PAGES - 1)
                .forEach(
                    (i, page) -> {
                      page.exclusiveTo = HmmPage.NOBODY;
                      page.isWritable &= page.object.isPresent();
                      child.pages.put(i, page.forked(frames));
                    }));
    return child;
  }

  /** msync: writes a file's pages back; what is written later faults again. */
  void sync(int first, int last) {
    change(
        first,
        last,
        Event.PROTECTION_PAGE,
        () -> {
          pages.present(first, last).forEach(page -> page.isWritable = false);
          pages.page(first).object.orElseThrow().writeBack();
        });
  }

  // The CPU.

  /** Reads, faulting like a CPU. */
  long[] read(int first, int last) {
    return machine.call(
        () -> {
          long[] values = new long[last - first + 1];
          for (int i = first; i <= last; i++) {
            faults.populateAll(i, i, false, HmmFaults.CPU);
            values[i - first] = frames.read(frames.offset(pages.page(i).frame));
          }
          return values;
        });
  }

  /** Writes {@code value + page} to each page, faulting like a CPU. */
  void write(int first, int last, long value) {
    machine.locked(
        () -> {
          for (int i = first; i <= last; i++) {
            faults.populateAll(i, i, true, HmmFaults.CPU);
            frames.write(frames.offset(pages.page(i).frame), value + i);
          }
        });
  }

  /** Pins pages for DMA; for long, they must lie in system memory. */
  void pin(int first, int last, boolean isLong) {
    machine.locked(
        () -> {
          faults.populateAll(first, last, true, HmmFaults.CPU);
          if (isLong) {
            bringBack(first, last);
          }
        });
  }

  /** Moves pages that lie in device memory to system memory: eviction, or a touch. */
  void bringBack(int first, int last) {
    migration.relocate(first, last, frame -> frames.home(frame) != HmmFrames.SYSTEM);
  }

  /** Moves pages to other frames of system memory. */
  void compact(int first, int last) {
    migration.relocate(first, last, frame -> frame != frames.zero());
  }

  /** Blocks until a fault waits for an awaited page, and returns the page. */
  int nextAwaited() throws InterruptedException {
    Integer page = faults.awaited().poll(HmmMirror.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    if (page == null) {
      throw new AssertionError("nobody touched an awaited page");
    }
    return page;
  }

  /** Supplies an awaited page. */
  void supply(int i, long value) {
    change(
        i,
        i,
        Event.CLEAR,
        () -> {
          HmmPage page = pages.page(i);
          page.frame = frames.allocate(HmmFrames.SYSTEM);
          frames.write(frames.offset(page.frame), value);
          page.isAwaited = false;
          machine.supplied().signalAll();
        });
  }

  // Devices.

  /** The page source, for one device. */
  List<MirroredPage> list(int device, AddressRange range, Access access) {
    return machine.call(
        () -> {
          int first = HmmMachine.page(range.first());
          int last = HmmMachine.page(range.last());
          if (access != Access.SNAPSHOT) {
            faults.populateAll(first, last, access == Access.WRITE, device);
          }
          return pages.mirrored(first, last, i -> faults.isListed(pages.page(i), device));
        });
  }

  /** The next huge page that is allocated in device memory is not to be had. */
  void failNextHuge() {
    machine.locked(() -> migration.failNextHuge());
  }

  /** Begin, change, end, over pages of this process alone. */
  void change(int first, int last, Event event, Runnable how) {
    machine.change(List.of(this), first, last, event, BeginOptions.DEFAULT, how);
  }
}
