package io.svmcoord.loadtest.sim.world;

import io.svmcoord.client.Access;
import io.svmcoord.client.DeviceTable;
import io.svmcoord.client.Event;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.TearDown;
import io.svmcoord.loadtest.sim.check.PageMask;
import io.svmcoord.loadtest.sim.world.Scenario.Trait;
import io.svmcoord.range.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A device's page table of one mirror, and the jobs that go on with pages after they were unmapped.
 * All but the jobs is guarded by the mirror's lock.
 */
final class ModelTable implements DeviceTable {
  private static final long MILLI = 1_000_000;
  private static final long SLOW_NANOS_MAX = 20 * MILLI;
  private static final long STUCK_NANOS_MAX = 4_000 * MILLI;

  /** A page as it is mapped. */
  record Entry(long version, long session) {}

  private final DeviceClient device;
  private final @Nullable Entry[] entries = new @Nullable Entry[PageMask.PAGES];
  private final List<Job> jobs = new ArrayList<>();

  ModelTable(DeviceClient device) {
    this.device = device;
  }

  /** Something of the device that uses pages for a while, without the lock. */
  static final class Job {
    private final long pages;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private boolean isAborted;

    Job(long pages) {
      this.pages = pages;
    }

    boolean isAborted() {
      return isAborted;
    }

    void finish() {
      done.complete(null);
    }
  }

  void start(Job job) {
    jobs.removeIf(one -> one.done.isDone());
    jobs.add(job);
  }

  /** The pages that are mapped now. */
  long mapped() {
    long mask = 0;
    for (int page = 0; page < entries.length; page++) {
      mask |= entries[page] == null ? 0 : 1L << page;
    }
    return mask;
  }

  /** How a page is mapped; it must be. */
  Entry entry(int page) {
    return Objects.requireNonNull(entries[page], "page");
  }

  @Override
  public void install(AddressRange range, List<MirroredPage> pages, Access access) {
    for (MirroredPage page : pages) {
      entries[PageMask.pageOf(page.address())] =
          new Entry(MemorySource.versionOf(page), device.sessionId());
    }
  }

  @Override
  public void invalidate(InvalidationNotice notice) {
    throw new UnsupportedOperationException("the SDK calls startInvalidate");
  }

  @Override
  public TearDown startInvalidate(InvalidationNotice notice) {
    return device.busy(() -> tearDown(notice));
  }

  private TearDown tearDown(InvalidationNotice notice) {
    long pages = PageMask.of(notice.ranges());
    if (notice.nonBlockable() && (overlapping(pages).length > 0 || device.oneIn(8))) {
      return TearDown.wouldBlock();
    }
    if (!notice.nonBlockable()) {
      linger(notice);
    }
    // Of jobs with pages that an earlier call has unmapped the SDK knows.
    long unmapped = pages & mapped();
    for (int page = 0; page < entries.length; page++) {
      if ((pages >>> page & 1) != 0) {
        entries[page] = null;
      }
    }
    boolean isLeaseOver = notice.event() == Event.RELEASE && notice.sequence() == 0;
    if (isLeaseOver) {
      jobs.forEach(job -> job.isAborted = true);
      return TearDown.done();
    }
    CompletableFuture<?>[] running = overlapping(unmapped);
    return running.length == 0 ? TearDown.done() : TearDown.when(CompletableFuture.allOf(running));
  }

  /** Handlers take their time, some very long, and some fail. */
  private void linger(InvalidationNotice notice) {
    boolean isEvent = notice.sequence() != 0;
    if (device.has(Trait.SLOW_HANDLERS) && device.oneIn(3)) {
      device.think(SLOW_NANOS_MAX);
    }
    if (isEvent && device.has(Trait.STUCK_HANDLERS) && device.oneIn(12)) {
      device.note("handler is stuck");
      device.think(STUCK_NANOS_MAX);
    }
    if (device.has(Trait.FAILING_HANDLERS) && device.oneIn(isEvent ? 12 : 60)) {
      throw new IllegalStateException("handler fails on " + notice);
    }
  }

  private CompletableFuture<?>[] overlapping(long pages) {
    return jobs.stream()
        .filter(job -> (job.pages & pages) != 0 && !job.done.isDone() && !job.isAborted)
        .map(job -> job.done)
        .toArray(CompletableFuture<?>[]::new);
  }
}
