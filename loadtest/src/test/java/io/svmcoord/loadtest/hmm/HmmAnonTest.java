package io.svmcoord.loadtest.hmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.client.Event;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.PageFaultException;
import io.svmcoord.client.RetryResult;
import io.svmcoord.loadtest.hmm.HmmMachine.DeviceMemory;
import io.svmcoord.loadtest.hmm.HmmPage.Protection;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reads and writes of a device through its mirror, named as in hmm-tests.c. */
@Timeout(60)
class HmmAnonTest {
  /** 4 MiB, as there. */
  private static final int LAST = 1023;

  /** The first page of the second half, and of the second list. */
  private static final int HALF = HmmMirror.BATCH_PAGES;

  private static final long VALUE = 1_000_000;

  private final HmmMachine machine = new HmmMachine(DeviceMemory.PRIVATE);
  private final HmmProcess process = machine.newProcess("process");

  @AfterEach
  void close() throws Exception {
    machine.close();
  }

  @Test
  void open_close() {
    HmmMirror mirror = machine.open(0, process);
    assertThat(machine.client().addressSpaces().get(process.spaceId()).subscriptions()).isOne();

    mirror.close();

    assertThat(machine.client().addressSpaces().get(process.spaceId()).subscriptions()).isZero();
  }

  @Test
  void anon_read() {
    process.map(0, LAST, Protection.READ_WRITE);
    process.write(2, LAST, VALUE);
    // The second page has been read only, the first never touched.
    assertThat(process.read(1, 1)).containsExactly(0);
    HmmMirror mirror = machine.open(0, process);

    long[] values = mirror.read(0, LAST);

    assertThat(values).startsWith(0, 0, VALUE + 2).endsWith(VALUE + LAST).hasSize(LAST + 1);
    assertThat(mirror.mirror().stats().faults()).isEqualTo(2);
    assertThat(mirror.mirror().stats().retriesTotal()).isZero();
  }

  @Test
  void anon_read_prot() {
    process.map(0, 15, Protection.READ_WRITE);
    process.write(0, 15, VALUE);
    process.protect(8, 15, Protection.NONE);
    HmmMirror mirror = machine.open(0, process);

    assertThatThrownBy(() -> mirror.read(0, 15))
        .isInstanceOfSatisfying(
            PageFaultException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(PageFaultException.NO_PERMISSION);
              assertThat(e.address()).isEqualTo(HmmMachine.address(8));
            });
    assertThat(mirror.mapped()).isZero();
  }

  @Test
  void anon_write() {
    process.map(0, LAST, Protection.READ_WRITE);
    HmmMirror mirror = machine.open(0, process);

    mirror.write(0, LAST, VALUE);

    assertThat(process.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
  }

  @Test
  void anon_write_prot() {
    process.map(0, LAST, Protection.READ_WRITE);
    process.write(0, LAST, VALUE);
    process.protect(0, LAST, Protection.READ);
    HmmMirror mirror = machine.open(0, process);
    assertThat(mirror.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));

    assertThatThrownBy(() -> mirror.write(0, LAST, 2 * VALUE))
        .isInstanceOfSatisfying(
            PageFaultException.class,
            e -> assertThat(e.reason()).isEqualTo(PageFaultException.NO_PERMISSION));
    assertThat(process.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));

    process.protect(0, LAST, Protection.READ_WRITE);
    assertThat(mirror.mapped()).isZero();
    assertThat(mirror.notices())
        .extracting(InvalidationNotice::event)
        .containsExactly(Event.PROTECTION_VMA);
    mirror.write(0, LAST, 2 * VALUE);
    assertThat(process.read(0, LAST)).isEqualTo(pattern(0, LAST, 2 * VALUE));
  }

  @Test
  void anon_write_child() {
    process.map(0, LAST, Protection.READ_WRITE);
    process.write(0, LAST, VALUE);
    HmmMirror parents = machine.open(0, process);
    parents.write(0, 0, VALUE);

    HmmProcess child = process.fork("child");
    assertThat(parents.mapped()).isZero();
    HmmMirror childs = machine.open(0, child);
    assertThat(childs.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
    childs.write(0, LAST, 2 * VALUE);

    assertThat(child.read(0, LAST)).isEqualTo(pattern(0, LAST, 2 * VALUE));
    assertThat(process.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
    assertThat(parents.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
    // The child's copying was told to those who mirror the child, and to nobody else.
    assertThat(parents.notices()).hasSize(1);
    assertThat(childs.notices()).isNotEmpty().allMatch(notice -> notice.event() == Event.CLEAR);
  }

  @Test
  void anon_write_child_shared() {
    HmmObject shared = new HmmObject(machine.frames(), 256, Optional.empty());
    process.mapObject(0, shared, Protection.READ_WRITE);
    process.write(0, 255, VALUE);
    HmmProcess child = process.fork("child");
    HmmMirror parents = machine.open(0, process);
    HmmMirror childs = machine.open(0, child);

    childs.write(0, 255, 2 * VALUE);
    assertThat(process.read(0, 255)).isEqualTo(pattern(0, 255, 2 * VALUE));
    assertThat(parents.read(0, 255)).isEqualTo(pattern(0, 255, 2 * VALUE));

    // One frame in two address spaces: a change of it is told in both.
    process.compact(0, 255);
    assertThat(parents.mapped()).isZero();
    assertThat(childs.mapped()).isZero();
    childs.write(0, 255, 3 * VALUE);
    assertThat(parents.read(0, 255)).isEqualTo(pattern(0, 255, 3 * VALUE));
  }

  @Test
  void anon_write_huge() {
    process.mapHuge(0, LAST);
    HmmMirror mirror = machine.open(0, process);

    mirror.write(0, LAST, VALUE);

    assertThat(process.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
    assertThat(mirror.snapshot(0, HmmMirror.BATCH_PAGES - 1)).containsOnly("rw huge");
    assertThat(mirror.mirror().stats().faults()).isEqualTo(2);
  }

  @Test
  void anon_write_hugetlbfs() {
    process.mapHuge(0, LAST);
    // Always whole, however little is touched.
    process.write(HmmProcess.HUGE_PAGES + 3, HmmProcess.HUGE_PAGES + 3, VALUE);
    HmmMirror mirror = machine.open(0, process);
    assertThat(mirror.snapshot(HmmProcess.HUGE_PAGES, LAST)).containsOnly("rw huge");

    mirror.write(HmmProcess.HUGE_PAGES, LAST, VALUE);

    assertThat(process.read(HmmProcess.HUGE_PAGES, LAST))
        .isEqualTo(pattern(HmmProcess.HUGE_PAGES, LAST, VALUE));
  }

  @Test
  void file_read(@TempDir Path folder) {
    Path file = folder.resolve("pages");
    for (int i = 0; i < 16; i++) {
      HmmObject.writeWord(file, i, VALUE + i);
    }
    process.mapObject(0, new HmmObject(machine.frames(), 16, Optional.of(file)), Protection.READ);

    assertThat(machine.open(0, process).read(0, 15)).isEqualTo(pattern(0, 15, VALUE));
  }

  @Test
  void file_write(@TempDir Path folder) {
    Path file = folder.resolve("pages");
    HmmObject.writeWord(file, 15, 1);
    process.mapObject(
        0, new HmmObject(machine.frames(), 16, Optional.of(file)), Protection.READ_WRITE);
    HmmMirror mirror = machine.open(0, process);

    mirror.write(0, 15, VALUE);
    process.sync(0, 15);

    // From here on the device would have to fault again to write.
    assertThat(mirror.mapped()).isZero();
    assertThat(LongStream.range(0, 16).map(i -> HmmObject.readWord(file, (int) i)).toArray())
        .isEqualTo(pattern(0, 15, VALUE));
  }

  @Test
  void anon_read_multiple() {
    HmmMirror mirror = machine.open(0, process);
    for (int round = 1; round <= 10; round++) {
      process.map(0, LAST, Protection.READ_WRITE);
      process.write(0, LAST, round * VALUE);
      assertThat(mirror.read(0, LAST)).isEqualTo(pattern(0, LAST, round * VALUE));
      process.unmap(0, LAST);
      assertThat(mirror.mapped()).isZero();
    }
  }

  @Test
  void anon_teardown() throws Exception {
    unmapHalf(0);
    unmapHalf(1);
    unmapHalf(2);
    teardownStorm(40);
  }

  /** Unmaps the second half while the first or second list is on its way, or after the read. */
  private void unmapHalf(int listsBefore) {
    process.map(0, LAST, Protection.READ_WRITE);
    process.write(0, LAST, VALUE);
    HmmMirror mirror = machine.open(0, process);
    Runnable teardown = () -> process.unmap(HALF, LAST);
    if (listsBefore == 2) {
      assertThat(mirror.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
      teardown.run();
    } else {
      if (listsBefore == 1) {
        assertThat(mirror.read(0, HALF - 1)).isEqualTo(pattern(0, HALF - 1, VALUE));
      }
      mirror.afterNextList(teardown);
    }

    assertThatThrownBy(() -> mirror.read(0, LAST))
        .isInstanceOfSatisfying(
            PageFaultException.class,
            e -> assertThat(e.reason()).isEqualTo(PageFaultException.NO_MAPPING));
    assertThat(mirror.read(0, HALF - 1)).isEqualTo(pattern(0, HALF - 1, VALUE));
    // Only the list that had pages of the second half was in vain.
    assertThat(mirror.mirror().stats().retriesTotal()).isEqualTo(listsBefore == 1 ? 1 : 0);
    assertThat(mirror.mapped()).isEqualTo(HALF);
    mirror.close();
    process.unmap(0, LAST);
  }

  /** The half goes and comes back without a pause; no read may bring what went before it began. */
  private void teardownStorm(int rounds) throws Exception {
    AtomicInteger unmapped = new AtomicInteger();
    process.map(0, LAST, Protection.READ_WRITE);
    HmmMirror mirror = machine.open(0, process);
    CompletableFuture<Void> storm =
        CompletableFuture.runAsync(
            () -> {
              for (int round = 1; round <= rounds; round++) {
                process.unmap(HALF, LAST);
                unmapped.set(round);
                process.map(HALF, LAST, Protection.READ_WRITE);
                process.write(HALF, LAST, round * VALUE);
              }
            },
            task -> Thread.ofVirtual().start(task));
    while (!storm.isDone()) {
      long oldest = unmapped.get();
      try {
        long[] values = mirror.read(HALF, LAST);
        for (int i = 0; i < values.length; i++) {
          // Zero until the CPU has written.
          assertThat(values[i] == 0 || values[i] - HALF - i >= oldest * VALUE)
              .as("page %d holds %d, begun after round %d", HALF + i, values[i], oldest)
              .isTrue();
        }
      } catch (PageFaultException e) {
        assertThat(e.reason()).isEqualTo(PageFaultException.NO_MAPPING);
      }
    }
    storm.get(HmmMirror.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    assertThat(mirror.read(HALF, LAST)).isEqualTo(pattern(HALF, LAST, rounds * VALUE));
  }

  @Test
  void userfaultfd_read() throws Exception {
    process.mapAwaited(0, 3);
    HmmMirror mirror = machine.open(0, process);
    CompletableFuture<long[]> read =
        CompletableFuture.supplyAsync(
            () -> mirror.read(0, 3), task -> Thread.ofVirtual().start(task));

    // The fault let go of the lock, or nothing could be supplied.
    for (int supplied = 0; supplied < 4; supplied++) {
      int page = process.nextAwaited();
      process.supply(page, VALUE + page);
    }

    assertThat(read.get(HmmMirror.TIMEOUT.toSeconds(), TimeUnit.SECONDS))
        .isEqualTo(pattern(0, 3, VALUE));
    // What was listed before the last page was supplied counts for nothing: a new token.
    assertThat(mirror.mirror().stats().retries()).containsEntry(RetryResult.INVALIDATED, 1L);
    assertThat(mirror.notices()).hasSize(4);
  }

  static long[] pattern(int first, int last, long value) {
    return LongStream.rangeClosed(first, last).map(page -> value + page).toArray();
  }
}
