package io.svmcoord.loadtest.hmm;

import io.svmcoord.client.Event;
import io.svmcoord.client.PageFaultException;
import io.svmcoord.loadtest.hmm.HmmMachine.DeviceMemory;
import io.svmcoord.loadtest.hmm.HmmPage.Protection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Page faults of a process, whoever touches the page: absent ones are filled, shared ones copied,
 * exclusive ones taken back, remote ones fetched. Confined to the machine's lock.
 */
final class HmmFaults {
  /** The accessor that is no device. */
  static final int CPU = -1;

  private final HmmMachine machine;
  private final HmmProcess process;
  private final HmmPages pages;
  private final HmmFrames frames;
  private final BlockingQueue<Integer> awaited = new LinkedBlockingQueue<>();

  HmmFaults(HmmMachine machine, HmmProcess process, HmmPages pages) {
    this.machine = machine;
    this.process = process;
    this.pages = pages;
    this.frames = machine.frames();
  }

  /** Awaited pages that were touched, in order. Thread-safe. */
  BlockingQueue<Integer> awaited() {
    return awaited;
  }

  /** Whether a page list for a device has the page. */
  boolean isListed(HmmPage page, int device) {
    return page.isPresent()
        && page.protection != Protection.NONE
        && (page.exclusiveTo == HmmPage.NOBODY || page.exclusiveTo == device)
        && !isRemote(page, device);
  }

  /** Whether the page lies where whoever accesses it can't. */
  boolean isRemote(HmmPage page, int accessor) {
    int home = frames.home(page.frame);
    return home != HmmFrames.SYSTEM
        && home != accessor
        && machine.deviceMemory() == DeviceMemory.PRIVATE;
  }

  /** Makes pages present for an access; the CPU is {@link #CPU}, a device its number. */
  void populateAll(int first, int last, boolean isWrite, int accessor) {
    int i = first;
    while (i <= last) {
      // After a wait without the lock everything may have changed.
      i = populate(i, isWrite, accessor) ? i + 1 : first;
    }
  }

  /** False if the lock was dropped meanwhile. */
  private boolean populate(int i, boolean isWrite, int accessor) {
    HmmPage page =
        pages.find(i).orElseThrow(() -> PageFaultException.noMapping(HmmMachine.address(i)));
    if (page.protection == Protection.NONE
        || (isWrite && page.protection != Protection.READ_WRITE)) {
      throw PageFaultException.noPermission(HmmMachine.address(i));
    }
    if (page.isAwaited) {
      if (!page.isAnnounced) {
        page.isAnnounced = true;
        awaited.add(i);
      }
      awaitSupply();
      return false;
    }
    if (page.exclusiveTo != HmmPage.NOBODY && page.exclusiveTo != accessor) {
      process.change(i, i, Event.CLEAR, () -> page.exclusiveTo = HmmPage.NOBODY);
    }
    if (page.isPresent() && isRemote(page, accessor)) {
      process.bringBack(pages.unitFirst(i), pages.unitLast(i));
    }
    if (!page.isPresent()) {
      fill(i, isWrite);
    }
    if (isWrite && !page.isWritable) {
      makeWritable(i);
    }
    return true;
  }

  /** One wait; the caller looks again, whatever woke it. */
  @SuppressWarnings("WaitNotInLoop")
  private void awaitSupply() {
    try {
      if (!machine.supplied().await(HmmMirror.TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("nobody supplied the page");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private void fill(int i, boolean isWrite) {
    HmmPage page = pages.page(i);
    if (page.object.isPresent()) {
      page.frame = page.object.get().use(page.index);
      page.isWritable = page.protection == Protection.READ_WRITE;
      return;
    }
    boolean isHuge =
        IntStream.range(HmmPages.unit(i), HmmPages.unit(i) + HmmProcess.HUGE_PAGES)
            .allMatch(each -> isHugeFree(each, page));
    int first = isHuge ? HmmPages.unit(i) : i;
    int count = isHuge ? HmmProcess.HUGE_PAGES : 1;
    for (int each = first; each < first + count; each++) {
      HmmPage filled = pages.page(each);
      if (!isWrite) {
        frames.share(frames.zero());
      }
      filled.frame = isWrite ? frames.allocate(HmmFrames.SYSTEM) : frames.zero();
      filled.isWritable = isWrite;
      filled.order = isHuge ? HmmProcess.HUGE_ORDER : 0;
    }
  }

  private boolean isHugeFree(int i, HmmPage like) {
    return pages
        .find(i)
        .filter(page -> page.isHugeAllowed && !page.isPresent())
        .filter(page -> page.protection == like.protection)
        .isPresent();
  }

  /** A write to what is shared copies it first; to what is not, it needs no event. */
  private void makeWritable(int i) {
    HmmPage page = pages.page(i);
    if (page.object.isPresent() || !frames.isShared(page.frame)) {
      pages.present(pages.unitFirst(i), pages.unitLast(i)).forEach(each -> each.isWritable = true);
      return;
    }
    if (page.frame != frames.zero()) {
      pages.split(i, i);
    }
    int first = pages.unitFirst(i);
    int last = pages.unitLast(i);
    process.change(
        first,
        last,
        Event.CLEAR,
        () ->
            pages
                .present(first, last)
                .forEach(
                    each -> {
                      int copy = frames.copy(each.frame, HmmFrames.SYSTEM);
                      frames.release(each.frame);
                      each.frame = copy;
                      each.isWritable = true;
                    }));
  }
}
