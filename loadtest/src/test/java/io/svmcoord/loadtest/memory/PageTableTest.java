package io.svmcoord.loadtest.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.loadtest.memory.FaultOutcome.PresentPage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PageTableTest {
  private static final int PAGES = 8;
  private static final MemoryGeometry GEOMETRY =
      new MemoryGeometry(4096, PAGES, 3 * PAGES + 4, 3, 0);

  private final AtomicLong nowNanos = new AtomicLong(1_000);
  private final HostMemory host =
      new HostMemory(SharedMemory.create(GEOMETRY), nowNanos::incrementAndGet);
  private final Frames frames = host.shared().frames();
  private final PageTable table = host.newSpace(42);

  @BeforeEach
  void lock() {
    host.lock().writeLock().lock();
    table.map(0, PAGES - 1);
  }

  @AfterEach
  void close() {
    host.lock().writeLock().unlock();
    host.close();
  }

  @Test
  void fault_absentPage_getsFrameWithItsContent() {
    PresentPage page = present(table, 3, FaultAccess.READ);

    FrameReading reading = frames.read(page.frameOffset());
    assertThat(reading.spaceId()).isEqualTo(42);
    assertThat(reading.page()).isEqualTo(3);
    assertThat(reading.isIntact()).isTrue();
    assertThat(page.isWritable()).isTrue();
    assertThat(present(table, 3, FaultAccess.WRITE)).isEqualTo(page);
  }

  @Test
  void fault_snapshot_listsPresentPagesOnlyAndChangesNothing() {
    PresentPage page = present(table, 3, FaultAccess.READ);
    table.unmap(5, 5);

    assertThat(table.fault(0, PAGES - 1, FaultAccess.SNAPSHOT))
        .isEqualTo(new FaultOutcome.Present(List.of(page)));
    assertThat(host.freeFrames()).isEqualTo(GEOMETRY.frames() - 1);
  }

  @Test
  void fault_unmappedOrReadOnlyPage_refusedWithThatPage() {
    table.unmap(2, 2);
    table.protect(4, 4, false);

    assertThat(table.fault(0, 5, FaultAccess.READ)).isEqualTo(new FaultOutcome.NoMapping(2));
    assertThat(table.fault(3, 5, FaultAccess.WRITE)).isEqualTo(new FaultOutcome.NoPermission(4));
    assertThat(table.fault(3, 5, FaultAccess.READ)).isInstanceOf(FaultOutcome.Present.class);
    table.map(2, 2);
    assertThat(table.fault(2, 2, FaultAccess.READ)).isInstanceOf(FaultOutcome.Present.class);
  }

  @Test
  void unmap_presentPage_retiresVersionAndFrameIsReusedAtOnce() {
    PresentPage old = present(table, 3, FaultAccess.READ);
    long version = frames.readVersion(old.frameOffset());
    table.unmap(3, 3);
    long unmappedAt = nowNanos.get();

    PresentPage other = present(table, 6, FaultAccess.READ);

    assertThat(other.frameOffset()).isEqualTo(old.frameOffset());
    assertThat(isRetiredBefore(3, version, unmappedAt + 1)).isTrue();
    assertThat(isRetiredBefore(3, version, unmappedAt)).isFalse();
    assertThat(isRetiredBefore(6, frames.readVersion(other.frameOffset()), unmappedAt + 1))
        .isFalse();
  }

  @Test
  void copyOnWrite_presentPage_otherFrameNewVersionSlotsCopied() {
    PresentPage old = present(table, 3, FaultAccess.READ);
    frames.writeSlot(old.frameOffset(), 1, 77);
    table.copyOnWrite(0, PAGES - 1);

    PresentPage page = present(table, 3, FaultAccess.READ);
    assertThat(page.frameOffset()).isNotEqualTo(old.frameOffset());
    assertThat(frames.readSlot(page.frameOffset(), 1)).isEqualTo(77);
    assertThat(frames.readVersion(page.frameOffset()))
        .isGreaterThan(frames.readVersion(old.frameOffset()));
    assertThat(table.isPresent(4)).isFalse();
  }

  @Test
  void protect_presentPage_newVersionInPlace() {
    PresentPage old = present(table, 3, FaultAccess.READ);
    long version = frames.readVersion(old.frameOffset());
    table.protect(3, 3, false);

    PresentPage page = present(table, 3, FaultAccess.READ);
    assertThat(page.frameOffset()).isEqualTo(old.frameOffset());
    assertThat(page.isWritable()).isFalse();
    assertThat(frames.readVersion(page.frameOffset())).isGreaterThan(version);
    assertThat(isRetiredBefore(3, version, Long.MAX_VALUE)).isTrue();
  }

  @Test
  void move_presentPage_frameIsThatOfTheNewPlace() {
    PresentPage old = present(table, 1, FaultAccess.READ);
    PresentPage overwritten = present(table, 5, FaultAccess.READ);
    table.move(1, 5, 2);

    PresentPage page = present(table, 5, FaultAccess.READ);
    assertThat(page.frameOffset()).isEqualTo(old.frameOffset());
    assertThat(frames.read(page.frameOffset()).page()).isEqualTo(5);
    assertThat(table.isPresent(1)).isFalse();
    assertThat(present(table, 1, FaultAccess.READ).frameOffset())
        .isEqualTo(overwritten.frameOffset());
    assertThatThrownBy(() -> table.move(1, 2, 2))
        .hasMessage("from, to: 1, 2 overlap (expected: 2 pages apart)");
  }

  @Test
  void fork_presentPages_sharedReadOnlyUntilOneSideWrites() {
    PresentPage old = present(table, 3, FaultAccess.WRITE);
    PageTable child = table.fork(43, 0, PAGES - 1);

    assertThat(present(child, 3, FaultAccess.READ))
        .isEqualTo(new PresentPage(3, old.frameOffset(), false));
    assertThat(present(table, 3, FaultAccess.READ))
        .isEqualTo(new PresentPage(3, old.frameOffset(), false));
    assertThat(child.fault(3, 3, FaultAccess.WRITE)).isEqualTo(new FaultOutcome.CopyNeeded(3));

    child.copyOnWrite(3, 3);
    PresentPage copied = present(child, 3, FaultAccess.WRITE);
    assertThat(copied.frameOffset()).isNotEqualTo(old.frameOffset());
    assertThat(frames.read(copied.frameOffset()).spaceId()).isEqualTo(43);
    assertThat(present(table, 3, FaultAccess.WRITE))
        .isEqualTo(new PresentPage(3, old.frameOffset(), true));
  }

  @Test
  void protect_sharedPage_copiesInsteadOfRewritingTheOther() {
    PresentPage shared = present(table, 3, FaultAccess.WRITE);
    PageTable child = table.fork(43, 3, 3);
    long version = frames.readVersion(shared.frameOffset());
    table.protect(3, 3, true);

    assertThat(frames.readVersion(shared.frameOffset())).isEqualTo(version);
    assertThat(present(child, 3, FaultAccess.READ).frameOffset()).isEqualTo(shared.frameOffset());
    assertThat(present(table, 3, FaultAccess.READ).frameOffset())
        .isNotEqualTo(shared.frameOffset());
  }

  @Test
  void release_child_freesItsFramesAndItsSlot() {
    present(table, 3, FaultAccess.READ);
    int free = host.freeFrames();
    for (int i = 0; i < 10; i++) {
      PageTable child = table.fork(100 + i, 0, PAGES - 1);
      child.copyOnWrite(3, 3);
      present(child, 4, FaultAccess.READ);
      child.release();
      assertThat(host.freeFrames()).isEqualTo(free);
      assertThat(child.fault(3, 3, FaultAccess.READ)).isEqualTo(new FaultOutcome.NoMapping(3));
    }
    assertThat(host.directory().find(100)).isEmpty();
    assertThat(host.directory().releasedAtNanos(100)).isNotZero();
    assertThat(host.directory().find(109)).isPresent();
  }

  @Test
  void change_withoutLock_refused() {
    host.lock().writeLock().unlock();
    try {
      assertThatThrownBy(() -> table.unmap(0, 0)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> table.fault(0, 0, FaultAccess.READ))
          .isInstanceOf(IllegalStateException.class);
    } finally {
      host.lock().writeLock().lock();
    }
  }

  @Test
  void randomChanges_ofParentAndChild_everyPresentPageHasItsContentAndNoFrameIsLost() {
    long seed = 7;
    SplittableRandom random = new SplittableRandom(seed);
    PageTable child = table.fork(43, 0, PAGES - 1);
    for (int step = 0; step < 5_000; step++) {
      PageTable changed = random.nextBoolean() ? table : child;
      int first = random.nextInt(PAGES);
      int last = first + random.nextInt(PAGES - first);
      switch (random.nextInt(9)) {
        case 0 -> changed.unmap(first, last);
        case 1 -> changed.copyOnWrite(first, last);
        case 2 -> changed.migrate(first, last);
        case 3 -> changed.protect(first, last, random.nextBoolean());
        case 4 -> changed.move(random.nextInt(3), 4 + random.nextInt(3), 2);
        case 5 -> changed.map(first, last);
        case 6 -> {
          child.release();
          child = table.fork(1_000 + step, first, last);
        }
        case 7 -> changed.fault(first, last, FaultAccess.WRITE);
        default -> changed.fault(first, last, FaultAccess.READ);
      }
      String where = "seed %d, step %d".formatted(seed, step);
      int present = requireContents(table, table, where) + requireContents(child, table, where);
      assertThat(GEOMETRY.frames() - host.freeFrames()).as(where).isBetween(0, present);
    }
  }

  /** Every present page's frame is intact, and of the page; of the parent only if shared. */
  private int requireContents(PageTable space, PageTable parent, String where) {
    var pages = ((FaultOutcome.Present) space.fault(0, PAGES - 1, FaultAccess.SNAPSHOT)).pages();
    for (PresentPage page : pages) {
      FrameReading reading = frames.read(page.frameOffset());
      assertThat(reading.isIntact()).as(where).isTrue();
      assertThat(reading.page()).as(where).isEqualTo(page.page());
      assertThat(reading.spaceId()).as(where).isIn(space.spaceId(), parent.spaceId());
    }
    return pages.size();
  }

  private boolean isRetiredBefore(int page, long version, long atNanos) {
    return host.retirements().isRetiredBefore(0, page, version, atNanos);
  }

  private static PresentPage present(PageTable space, int page, FaultAccess access) {
    FaultOutcome outcome = space.fault(page, page, access);
    assertThat(outcome).isInstanceOf(FaultOutcome.Present.class);
    return ((FaultOutcome.Present) outcome).pages().getFirst();
  }
}
