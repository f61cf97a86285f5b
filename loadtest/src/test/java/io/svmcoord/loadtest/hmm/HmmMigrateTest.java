package io.svmcoord.loadtest.hmm;

import static io.svmcoord.loadtest.hmm.HmmAnonTest.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.client.Event;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.PageFaultException;
import io.svmcoord.loadtest.hmm.HmmMachine.DeviceMemory;
import io.svmcoord.loadtest.hmm.HmmPage.Protection;
import io.svmcoord.range.AddressRange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Migration to device memory and back, named as in hmm-tests.c. */
@Timeout(60)
class HmmMigrateTest {
  private static final int LAST = 255;
  private static final int HUGE = HmmProcess.HUGE_PAGES;
  private static final long VALUE = 1_000_000;

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror mine = machine.open(0, process);
      HmmMirror other = machine.open(1, process);
      assertThat(mine.read(0, LAST)).isEqualTo(other.read(0, LAST));

      assertThat(mine.migrate(0, LAST)).isEqualTo(LAST + 1);

      assertThat(mine.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
      assertThat(mine.snapshot(0, LAST)).containsOnly("rw dev0");
      // The owner's own subscription is left out, the other device's is not (race R15).
      assertThat(mine.notices()).isEmpty();
      assertThat(other.notices())
          .extracting(InvalidationNotice::event)
          .containsExactly(Event.MIGRATE);
      assertThat(other.mapped()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_fault(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror mirror = machine.open(0, process);
      assertThat(mirror.migrate(0, LAST)).isEqualTo(LAST + 1);

      int half = LAST / 2;
      assertThat(process.read(0, half)).isEqualTo(pattern(0, half, VALUE));

      int returned = memory == DeviceMemory.PRIVATE ? half + 1 : 0;
      assertThat(machine.frames().used(0)).isEqualTo(LAST + 1 - returned);
      assertThat(mirror.mapped()).isEqualTo(LAST + 1 - returned);
      assertThat(mirror.migrate(0, LAST)).isEqualTo(returned);
      assertThat(mirror.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
      assertThat(mirror.snapshot(0, LAST)).containsOnly("rw dev0");
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_release(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror mirror = machine.open(0, process);
      assertThat(mirror.migrate(0, LAST)).isEqualTo(LAST + 1);

      process.bringBack(0, LAST);

      assertThat(mirror.mapped()).isZero();
      assertThat(machine.frames().used(0)).isZero();
      assertThat(process.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
      assertThat(mirror.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_shared(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = machine.newProcess("process");
      HmmObject shared = new HmmObject(machine.frames(), LAST + 1, Optional.empty());
      process.mapObject(0, shared, Protection.READ_WRITE);
      process.write(0, LAST, VALUE);
      HmmMirror mirror = machine.open(0, process);
      assertThat(mirror.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));

      assertThat(mirror.migrate(0, LAST)).isZero();

      assertThat(mirror.mapped()).isEqualTo(LAST + 1);
      assertThat(machine.client().addressSpaces().get(process.spaceId()).sequence()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_mixed(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = machine.newProcess("process");
      HmmMirror first = machine.open(0, process);
      HmmMirror second = machine.open(1, process);

      process.map(0, 5, Protection.NONE);
      assertThatThrownBy(() -> first.migrate(0, 5)).isInstanceOf(IllegalArgumentException.class);
      process.unmap(0, 5);
      process.map(0, 5, Protection.READ_WRITE);
      process.unmap(1, 1);
      assertThatThrownBy(() -> first.migrate(0, 5)).isInstanceOf(IllegalArgumentException.class);

      // 2: zero page; 3: read-only; 4: read-write; 5: on the other device already.
      assertThat(process.read(2, 2)).containsExactly(0);
      process.write(3, 5, VALUE);
      process.protect(3, 3, Protection.READ);
      assertThat(second.migrate(5, 5)).isOne();

      assertThat(first.migrate(2, 5)).isEqualTo(3);
      assertThat(first.migrate(5, 5)).isZero();
      String remote = memory == DeviceMemory.PRIVATE ? "-" : "rw dev1";
      assertThat(first.snapshot(2, 5)).containsExactly("rw dev0", "r dev0", "rw dev0", remote);
      assertThat(first.read(2, 5)).containsExactly(0, VALUE + 3, VALUE + 4, VALUE + 5);
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_multiple(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror mirror = machine.open(0, process);
      for (int round = 1; round <= 10; round++) {
        assertThat(mirror.migrate(0, LAST)).isEqualTo(LAST + 1);
        assertThat(mirror.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
        process.bringBack(0, LAST);
        assertThat(process.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
      }
      assertThat(machine.client().addressSpaces().get(process.spaceId()).sequence()).isEqualTo(20);
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_partial_unmap_fault(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      for (boolean isHuge : new boolean[] {false, true}) {
        for (int offset : new int[] {0, HUGE / 4, HUGE / 2}) {
          partialUnmap(machine, "process-%s-%d".formatted(isHuge, offset), isHuge, offset);
        }
      }
    }
  }

  /** A hole at the left, in the middle, at the right of what a mirror of just this covers. */
  private static void partialUnmap(HmmMachine machine, String name, boolean isHuge, int offset) {
    HmmProcess process = machine.newProcess(name);
    map(process, 0, HUGE - 1, isHuge);
    process.write(0, HUGE - 1, VALUE);
    HmmMirror mirror = machine.open(0, process, HmmMachine.range(0, HUGE - 1));
    assertThat(mirror.migrate(0, HUGE - 1)).isEqualTo(HUGE);
    AddressRange hole = HmmMachine.range(offset, offset + HUGE / 2 - 1);

    process.unmap(offset, offset + HUGE / 2 - 1);
    assertThat(mirror.mapped()).isEqualTo(HUGE / 2);
    mirror.mirror().update(List.of(hole), List.of());

    assertThat(mirror.mirror().ranges()).hasSize(offset == HUGE / 4 ? 2 : 1);
    assertThat(mirror.mirror().ranges()).noneMatch(range -> range.overlaps(hole));
    assertThatThrownBy(() -> mirror.read(offset, offset))
        .isInstanceOf(IllegalArgumentException.class);
    for (int page = 0; page < HUGE; page += HUGE / 4) {
      if (page < offset || page >= offset + HUGE / 2) {
        int last = page + HUGE / 4 - 1;
        assertThat(mirror.snapshot(page, last)).containsOnly("rw dev0");
        assertThat(mirror.read(page, last)).isEqualTo(pattern(page, last, VALUE));
        assertThat(process.read(page, last)).isEqualTo(pattern(page, last, VALUE));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_remap_fault(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      for (boolean isBefore : new boolean[] {false, true}) {
        for (boolean isKept : new boolean[] {false, true}) {
          for (int offset : new int[] {0, HUGE / 4, HUGE / 2}) {
            String name = "process-%s-%s-%d".formatted(isBefore, isKept, offset);
            remap(machine.open(0, machine.newProcess(name)), isBefore, isKept, HUGE + offset);
            assertThat(machine.frames().used(0)).isZero();
          }
        }
      }
    }
  }

  /** A mirror must not follow the content to its new addresses, nor keep it at the old ones. */
  private static void remap(HmmMirror mirror, boolean isBefore, boolean isKept, int to) {
    HmmProcess process = mirror.process();
    process.mapHuge(0, HUGE - 1);
    process.write(0, HUGE - 1, VALUE);
    if (!isBefore) {
      assertThat(mirror.migrate(0, HUGE - 1)).isEqualTo(HUGE);
    }
    process.move(0, to, HUGE, isKept);
    assertThat(mirror.mapped()).isZero();
    if (isBefore) {
      assertThat(mirror.migrate(to, to + HUGE - 1)).isEqualTo(HUGE);
    }

    assertThat(mirror.snapshot(to, to + HUGE - 1))
        .containsOnly(to == HUGE ? "rw dev0 huge" : "rw dev0");
    assertThat(mirror.read(to, to + HUGE - 1)).isEqualTo(pattern(0, HUGE - 1, VALUE));
    assertThat(process.read(to, to + HUGE - 1)).isEqualTo(pattern(0, HUGE - 1, VALUE));
    if (isKept) {
      assertThat(mirror.read(0, HUGE - 1)).containsOnly(0);
    } else {
      assertThatThrownBy(() -> mirror.read(0, 0)).isInstanceOf(PageFaultException.class);
    }
    process.unmap(0, HmmProcess.PAGES - 1);
    assertThat(mirror.mapped()).isZero();
  }

  private static HmmProcess mapped(HmmMachine machine) {
    HmmProcess process = machine.newProcess("process");
    process.map(0, LAST, Protection.READ_WRITE);
    process.write(0, LAST, VALUE);
    return process;
  }

  private static void map(HmmProcess process, int first, int last, boolean isHuge) {
    if (isHuge) {
      process.mapHuge(first, last);
    } else {
      process.map(first, last, Protection.READ_WRITE);
    }
  }
}
