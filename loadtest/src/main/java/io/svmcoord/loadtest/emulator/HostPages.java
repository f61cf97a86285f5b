package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.Access;
import io.svmcoord.client.BeginOptions;
import io.svmcoord.client.Event;
import io.svmcoord.client.MirroredPage;
import io.svmcoord.client.PageFaultException;
import io.svmcoord.client.PageSource;
import io.svmcoord.client.SvmException;
import io.svmcoord.loadtest.memory.FaultAccess;
import io.svmcoord.loadtest.memory.FaultOutcome;
import io.svmcoord.loadtest.memory.HostMemory;
import io.svmcoord.loadtest.memory.MemoryGeometry;
import io.svmcoord.range.AddressRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * The page source of an emulated host. Faults make absent pages present as in anonymous memory; a
 * write fault on a page that is shared since a fork copies it first, in an invalidation of its own,
 * as the kernel's does. Thread-safe.
 */
final class HostPages implements PageSource {
  /** Name of the copying of shared pages among the kinds of change. */
  static final String COPY_SHARED = "copy_shared";

  /** Copies within one fault before it gives up: somebody forks faster than we copy. */
  static final int COPIES_MAX = 64;

  private final HostSpaces spaces;
  private final MemoryGeometry geometry;
  private final Lock lock;
  private final Invalidator invalidator;
  private final BeginOptions beginOptions;
  private final HostCounters counters;

  HostPages(
      HostSpaces spaces,
      HostMemory memory,
      Invalidator invalidator,
      BeginOptions beginOptions,
      HostCounters counters) {
    this.spaces = spaces;
    this.geometry = memory.shared().geometry();
    this.lock = memory.lock().writeLock();
    this.invalidator = invalidator;
    this.beginOptions = beginOptions;
    this.counters = counters;
  }

  @Override
  public List<MirroredPage> fault(
      long spaceId, AddressRange range, Access access, Duration timeout) {
    try {
      PageRange pages = pages(range);
      EmulatedSpace space =
          spaces.find(spaceId).orElseThrow(() -> PageFaultException.noMapping(range.first()));
      List<MirroredPage> present = fault(space, pages, access);
      counters.faults.increment();
      return present;
    } catch (SvmException e) {
      counters.faultErrors.increment(e.reason());
      throw e;
    }
  }

  private List<MirroredPage> fault(EmulatedSpace space, PageRange pages, Access access) {
    for (int copies = 0; copies < COPIES_MAX; copies++) {
      FaultOutcome outcome =
          space.use(
              () -> faultOnce(space, pages, access),
              () -> new FaultOutcome.NoMapping(pages.first()));
      switch (outcome) {
        case FaultOutcome.Present(var present) -> {
          return present.stream().map(this::mirrored).toList();
        }
        case FaultOutcome.NoMapping(int page) ->
            throw PageFaultException.noMapping(geometry.addressOf(page));
        case FaultOutcome.NoPermission(int page) ->
            throw PageFaultException.noPermission(geometry.addressOf(page));
        case FaultOutcome.CopyNeeded(int page) -> copyShared(space, page, pages.last());
      }
    }
    throw new IllegalStateException(
        "pages %s of space %d: still shared after %d copies"
            .formatted(pages, space.id(), COPIES_MAX));
  }

  private FaultOutcome faultOnce(EmulatedSpace space, PageRange pages, Access access) {
    lock.lock();
    try {
      return space.table().fault(pages.first(), pages.last(), faultAccess(access));
    } finally {
      lock.unlock();
    }
  }

  private void copyShared(EmulatedSpace space, int first, int last) {
    Optional<SvmException> failure =
        space.use(
            () ->
                invalidator.change(
                    COPY_SHARED,
                    space.id(),
                    List.of(new PageRange(first, last)),
                    Event.CLEAR,
                    beginOptions,
                    () -> space.table().copyOnWrite(first, last)),
            Optional::empty);
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private PageRange pages(AddressRange range) {
    if (!range.isAligned(geometry.pageSizeBytes())) {
      throw new IllegalArgumentException(
          "range: %s (expected: aligned to %d)".formatted(range, geometry.pageSizeBytes()));
    }
    int first = geometry.pageOf(range.first());
    int last = geometry.pageOf(range.last());
    if (first < 0) {
      throw PageFaultException.noMapping(range.first());
    }
    if (last < 0) {
      throw PageFaultException.noMapping(geometry.lastAddressOf(geometry.pages() - 1) + 1);
    }
    if (last - first >= FAULT_PAGES_MAX) {
      throw new IllegalArgumentException(
          "range: %d pages (expected: at most %d)".formatted(last - first + 1, FAULT_PAGES_MAX));
    }
    return new PageRange(first, last);
  }

  private MirroredPage mirrored(FaultOutcome.PresentPage page) {
    return new MirroredPage(
        geometry.addressOf(page.page()), page.frameOffset(), page.isWritable(), 0);
  }

  private static FaultAccess faultAccess(Access access) {
    return switch (access) {
      case READ -> FaultAccess.READ;
      case WRITE -> FaultAccess.WRITE;
      case SNAPSHOT -> FaultAccess.SNAPSHOT;
    };
  }
}
