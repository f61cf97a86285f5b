package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceSession;
import io.svmcoord.client.FencedException;
import io.svmcoord.client.Mirror;
import io.svmcoord.client.PageFaultException;
import io.svmcoord.client.PageSource;
import io.svmcoord.client.TimedOutException;
import io.svmcoord.loadtest.check.PageJudge;
import io.svmcoord.loadtest.check.PageRead;
import io.svmcoord.loadtest.memory.Frames;
import io.svmcoord.loadtest.memory.MemoryGeometry;
import io.svmcoord.loadtest.memory.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One device's mirror of one space, and the reads through it. Confined to the device's thread. */
final class MirroredSpace {
  /** Faults after one batch: the rest is found missing again later. */
  static final int FAULTS_PER_BATCH_MAX = 4;

  /** Batches that a device reads among the same pages before it goes elsewhere. */
  static final int WORKING_BATCHES = 64;

  private final String reader;
  private final int device;
  private final DeviceEmulatorOptions options;
  private final MemoryGeometry geometry;
  private final Frames frames;
  private final PageJudge judge;
  private final DeviceCounters counters;
  private final DevicePages pages;
  private final Mirror mirror;
  private PageRange working;
  private int batches;

  MirroredSpace(
      String reader,
      int device,
      DeviceEmulatorOptions options,
      SharedMemory memory,
      DeviceCounters counters,
      DeviceSession session,
      PageSource source,
      long spaceId,
      PageRange window) {
    this.reader = reader;
    this.device = device;
    this.options = options;
    this.geometry = memory.geometry();
    this.frames = memory.frames();
    this.judge = new PageJudge(memory);
    this.counters = counters;
    this.pages = new DevicePages(source, memory, window);
    this.working = window;
    this.mirror = session.mirror(spaceId, window.addresses(geometry), pages, pages);
  }

  Mirror mirror() {
    return mirror;
  }

  DevicePages pages() {
    return pages;
  }

  long spaceId() {
    return mirror.spaceId();
  }

  /**
   * Reads a batch of random pages and has them judged, then faults in what was missing.
   *
   * @return whether the mirror could be used; if not, the session is about to come back
   */
  boolean readBatch(SplittableRandom random) {
    if (batches++ % WORKING_BATCHES == 0) {
      goElsewhere(random);
    }
    Batch batch = new Batch(random);
    try {
      mirror.access(batch);
    } catch (FencedException e) {
      // What was read may be of the time after the lease.
      counters.discarded.add(batch.reads.size());
      return false;
    }
    batch.reads.forEach(read -> counters.reads.add(reader, read, judge.judge(read)));
    counters.writes.add(batch.writes);
    batch.missing.forEach(missing -> faultAround(missing.page(), missing.access()));
    return true;
  }

  private void goElsewhere(SplittableRandom random) {
    PageRange window = pages.window();
    int count = window.last() - window.first() + 1;
    int size = options.workingPages() == 0 ? count : Math.min(options.workingPages(), count);
    int first = window.first() + random.nextInt(count - size + 1);
    working = new PageRange(first, first + size - 1);
  }

  /** Faults a block of pages in, or the one page if something is wrong with the block. */
  private void faultAround(int page, Access access) {
    PageRange window = pages.window();
    int first =
        window.first() + (page - window.first()) / options.faultPages() * options.faultPages();
    int last = Math.min(first + options.faultPages() - 1, window.last());
    boolean isBlock = access == Access.READ && last > first;
    if (!isBlock || !fault(new PageRange(first, last), access)) {
      fault(new PageRange(page, page), access);
    }
  }

  private boolean fault(PageRange range, Access access) {
    try {
      mirror.fault(range.addresses(geometry), access, options.faultTimeout());
      return true;
    } catch (PageFaultException | TimedOutException e) {
      counters.faultErrors.increment(e.reason());
      return false;
    }
  }

  private record Missing(int page, Access access) {}

  /** Under the mirror's lock: what is torn down by an invalidation can't be read here after it. */
  private final class Batch implements Runnable {
    private final SplittableRandom random;
    private final List<PageRead> reads = new ArrayList<>();
    private final List<Missing> missing = new ArrayList<>();
    private int writes;

    private Batch(SplittableRandom random) {
      this.random = random;
    }

    @Override
    public void run() {
      for (int i = 0; i < options.batchPages(); i++) {
        int page = working.first() + random.nextInt(working.last() - working.first() + 1);
        boolean isWrite = random.nextInt(100) < options.writePercent();
        readOne(page, isWrite);
      }
    }

    private void readOne(int page, boolean isWrite) {
      long startNanos = System.nanoTime();
      long frame = pages.frame(page);
      if (frame == DevicePages.ABSENT || (isWrite && !pages.isWritable(page))) {
        if (missing.size() < FAULTS_PER_BATCH_MAX) {
          missing.add(new Missing(page, isWrite ? Access.WRITE : Access.READ));
        }
        return;
      }
      long version = pages.version(page);
      reads.add(new PageRead(spaceId(), page, version, frames.read(frame), startNanos));
      if (isWrite) {
        frames.writeSlot(frame, device, startNanos);
        writes++;
      }
    }
  }
}
