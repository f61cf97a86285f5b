package io.svmcoord.loadtest.hmm;

import io.svmcoord.client.Access;
import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.Mapper;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageSource;
import io.svmcoord.client.Token;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A device's mirror of one process and the commands on it: what {@code lib/test_hmm.c} does for one
 * open file. Commands are for one thread at a time.
 */
final class HmmMirror implements AutoCloseable {
  /** Pages of one fault: commands on more take several. */
  static final int BATCH_PAGES = PageSource.FAULT_PAGES_MAX;

  static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** How a page is mapped in the device's table. */
  private record Entry(long frame, boolean isWritable, boolean isExclusive) {}

  private final HmmMachine machine;
  private final HmmMachine.Device device;
  private final HmmProcess process;
  private final Table table = new Table();
  private final Mirror mirror;
  private final AtomicReference<Runnable> afterList = new AtomicReference<>(HmmMirror::nothing);
  private final List<InvalidationNotice> notices = new ArrayList<>();

  HmmMirror(HmmMachine machine, HmmMachine.Device device, HmmProcess process, AddressRange range) {
    this.machine = machine;
    this.device = device;
    this.process = process;
    this.mirror = device.session().mirror(process.spaceId(), range, table, this::list);
  }

  Mirror mirror() {
    return mirror;
  }

  HmmProcess process() {
    return process;
  }

  int device() {
    return device.number();
  }

  /** Runs once, between the arrival of the next list and its installation. */
  void afterNextList(Runnable task) {
    afterList.set(task);
  }

  /** Invalidations that the coordinator sent and that hit this mirror. */
  List<InvalidationNotice> notices() {
    return mirror.access(() -> List.copyOf(notices));
  }

  /** READ: what the pages hold; nothing of it if one can't be read. */
  long[] read(int first, int last) {
    long[] values = new long[last - first + 1];
    eachBatch(
        first,
        last,
        Access.READ,
        (page, entry) -> values[page - first] = machine.frames().read(entry.frame()));
    return values;
  }

  /** WRITE: {@code value + page} to each page. */
  void write(int first, int last, long value) {
    eachBatch(
        first,
        last,
        Access.WRITE,
        (page, entry) -> machine.frames().write(entry.frame(), value + page));
  }

  /** MIGRATE_TO_DEV; returns how many pages moved. */
  int migrate(int first, int last) {
    return process.migration().migrate(this, first, last);
  }

  /** EXCLUSIVE: nobody else can access the pages until they are taken away. */
  void exclusive(int first, int last) {
    process.migration().exclusive(this, first, last);
  }

  /** CHECK_EXCLUSIVE: whether the device has exclusive access to all of the pages. */
  boolean isExclusive(int first, int last) {
    return mirror.access(
        () -> {
          for (int page = first; page <= last; page++) {
            Entry entry = table.entries.get(page);
            if (entry == null || !entry.isExclusive()) {
              return false;
            }
          }
          return true;
        });
  }

  /** Pages in the device's table. */
  int mapped() {
    return mirror.access(() -> table.entries.size());
  }

  /**
   * SNAPSHOT: what is mapped, without faulting: {@code -}, {@code r} or {@code rw}, then {@code
   * zero}, {@code dev0}, {@code dev1}, {@code huge}. Validated by a token, as a reader that mirrors
   * nothing does it.
   */
  List<String> snapshot(int first, int last) {
    Mapper mapper = machine.mapper(process);
    List<AddressRange> range = List.of(HmmMachine.range(first, last));
    for (int tries = 0; tries < 10; tries++) {
      Token token = mapper.readBegin(range, TIMEOUT);
      List<MirroredPage> pages = list(process.spaceId(), range.get(0), Access.SNAPSHOT, TIMEOUT);
      if (!mapper.readRetry(token, range).isRetry()) {
        return describe(first, last, pages);
      }
    }
    throw new AssertionError("snapshot: changed ten times meanwhile");
  }

  /** Options of a begin that this device drives. */
  BeginOptions owner() {
    return BeginOptions.DEFAULT.withOwner(device.session());
  }

  /** The device maps what it moved or took itself; no event tells it so. */
  void installOwn(List<MirroredPage> pages, boolean isExclusive) {
    mirror.lock().lock();
    try {
      table.put(pages, isExclusive);
    } finally {
      mirror.lock().unlock();
    }
  }

  @Override
  public void close() {
    mirror.close();
  }

  private List<MirroredPage> list(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    List<MirroredPage> pages = device.source().fault(spaceId, range, access, timeout);
    afterList.getAndSet(HmmMirror::nothing).run();
    return pages;
  }

  private static void nothing() {}

  @FunctionalInterface
  private interface PageUse {
    void use(int page, Entry entry);
  }

  private void eachBatch(int first, int last, Access access, PageUse use) {
    for (int from = first; from <= last; from += BATCH_PAGES) {
      int to = Math.min(last, from + BATCH_PAGES - 1);
      int start = from;
      while (!mirror.access(() -> table.use(start, to, access, use))) {
        mirror.fault(HmmMachine.range(from, to), access, TIMEOUT);
      }
    }
  }

  private List<String> describe(int first, int last, List<MirroredPage> pages) {
    String[] states = new String[last - first + 1];
    Arrays.fill(states, "-");
    for (MirroredPage page : pages) {
      int frame = machine.frames().frame(page.frame());
      int home = machine.frames().home(frame);
      states[HmmMachine.page(page.address()) - first] =
          (page.writable() ? "rw" : "r")
              + (frame == machine.frames().zero() ? " zero" : "")
              + (home == HmmFrames.SYSTEM ? "" : " dev" + home)
              + (page.order() == HmmProcess.HUGE_ORDER ? " huge" : "");
    }
    return List.of(states);
  }

  /** The device's page table. Confined to the mirror's lock. */
  private final class Table implements DeviceTable {
    private final Map<Integer, Entry> entries = new HashMap<>();

    /** Uses all pages, or none if one is not mapped for it. */
    boolean use(int first, int last, Access access, PageUse use) {
      List<Entry> usable = new ArrayList<>(last - first + 1);
      for (int page = first; page <= last; page++) {
        Entry entry = entries.get(page);
        if (entry == null || (access == Access.WRITE && !entry.isWritable())) {
          return false;
        }
        usable.add(entry);
      }
      for (int page = first; page <= last; page++) {
        use.use(page, usable.get(page - first));
      }
      return true;
    }

    void put(List<MirroredPage> pages, boolean isExclusive) {
      for (MirroredPage page : pages) {
        entries.put(
            HmmMachine.page(page.address()), new Entry(page.frame(), page.writable(), isExclusive));
      }
    }

    @Override
    public void install(AddressRange range, List<MirroredPage> pages, Access access) {
      put(pages, false);
    }

    @Override
    public void invalidate(InvalidationNotice notice) {
      if (notice.sequence() != 0) {
        notices.add(notice);
      }
      entries.keySet().removeIf(page -> notice.ranges().overlaps(HmmMachine.range(page, page)));
    }
  }
}
