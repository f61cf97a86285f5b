package io.svmcoord.loadtest.hmm;

import static io.svmcoord.loadtest.hmm.HmmAnonTest.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svmcoord.client.Event;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.client.PageFaultException;
import io.svmcoord.loadtest.hmm.HmmMachine.DeviceMemory;
import io.svmcoord.loadtest.hmm.HmmPage.Protection;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Snapshots, several devices, exclusive access and pins, named as in hmm-tests.c. */
@Timeout(60)
class HmmDeviceTest {
  private static final int LAST = 63;
  private static final long VALUE = 1_000_000;

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void mixedmap(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = machine.newProcess("process");
      HmmObject drivers = new HmmObject(machine.frames(), 2, Optional.empty());
      process.mapObject(0, drivers, Protection.READ);
      assertThat(process.read(0, 0)).containsExactly(0);
      HmmMirror mirror = machine.open(0, process);

      // A snapshot shows what is there and makes nothing present.
      assertThat(mirror.snapshot(0, 1)).containsExactly("r", "-");
      assertThat(mirror.snapshot(0, 1)).containsExactly("r", "-");
      assertThat(mirror.mapped()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void snapshot(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = machine.newProcess("process");
      process.map(0, 6, Protection.READ_WRITE);
      HmmMirror first = machine.open(0, process);
      HmmMirror second = machine.open(1, process);
      process.unmap(0, 0);
      assertThat(process.read(1, 1)).containsExactly(0);
      process.write(2, 6, VALUE);
      process.protect(2, 2, Protection.READ);
      assertThat(first.migrate(4, 4)).isOne();
      assertThat(second.migrate(5, 5)).isOne();
      process.protect(6, 6, Protection.NONE);

      boolean isPrivate = memory == DeviceMemory.PRIVATE;
      assertThat(first.snapshot(0, 6))
          .containsExactly("-", "r zero", "r", "rw", "rw dev0", isPrivate ? "-" : "rw dev1", "-");
      assertThat(second.snapshot(0, 6))
          .containsExactly("-", "r zero", "r", "rw", isPrivate ? "-" : "rw dev0", "rw dev1", "-");
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void double_map(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      process.protect(0, LAST, Protection.READ);
      HmmMirror first = machine.open(0, process);
      HmmMirror second = machine.open(1, process);
      assertThat(first.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
      assertThat(second.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));

      assertThat(second.migrate(0, LAST)).isEqualTo(LAST + 1);

      assertThat(first.mapped()).isZero();
      assertThat(second.mapped()).isEqualTo(LAST + 1);
      assertThat(second.notices()).isEmpty();
      // The first reads again: private memory has to come back for it, coherent can stay.
      assertThat(first.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
      assertThat(second.mapped()).isEqualTo(memory == DeviceMemory.PRIVATE ? 0 : LAST + 1);
      assertThat(second.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void exclusive(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror first = machine.open(0, process);
      HmmMirror second = machine.open(1, process);
      assertThat(second.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));

      first.exclusive(0, LAST);
      assertThat(first.isExclusive(0, LAST)).isTrue();
      assertThat(first.notices()).isEmpty();
      assertThat(second.notices())
          .extracting(InvalidationNotice::event)
          .containsExactly(Event.EXCLUSIVE);
      assertThat(second.mapped()).isZero();
      first.write(0, LAST, 2 * VALUE);
      assertThat(first.isExclusive(0, LAST)).isTrue();

      // A touch of anybody else ends it: the CPU's here, the other device's there.
      assertThat(process.read(0, 0)).containsExactly(2 * VALUE);
      assertThat(first.isExclusive(0, 0)).isFalse();
      assertThat(first.isExclusive(1, LAST)).isTrue();
      assertThat(second.read(1, LAST)).isEqualTo(pattern(1, LAST, 2 * VALUE));
      assertThat(first.mapped()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void exclusive_mprotect(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror mirror = machine.open(0, process);
      mirror.exclusive(0, LAST);

      process.protect(0, LAST, Protection.READ);

      assertThat(mirror.isExclusive(0, 0)).isFalse();
      assertThatThrownBy(() -> mirror.write(0, LAST, 2 * VALUE))
          .isInstanceOfSatisfying(
              PageFaultException.class,
              e -> assertThat(e.reason()).isEqualTo(PageFaultException.NO_PERMISSION));
      assertThat(process.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void exclusive_cow(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror mirror = machine.open(0, process);
      mirror.exclusive(0, LAST);
      mirror.write(0, LAST, 2 * VALUE);

      HmmProcess child = process.fork("child");
      assertThat(mirror.isExclusive(0, 0)).isFalse();
      process.write(0, LAST, 3 * VALUE);
      child.write(0, LAST, 4 * VALUE);

      assertThat(mirror.read(0, LAST)).isEqualTo(pattern(0, LAST, 3 * VALUE));
      assertThat(child.read(0, LAST)).isEqualTo(pattern(0, LAST, 4 * VALUE));
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void hmm_gup_test(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror mirror = machine.open(0, process);
      assertThat(mirror.migrate(0, 3)).isEqualTo(4);

      process.pin(0, 1, false);
      process.pin(2, 2, true);

      String afterShortPin = memory == DeviceMemory.PRIVATE ? "rw" : "rw dev0";
      assertThat(mirror.snapshot(0, 3))
          .containsExactly(afterShortPin, afterShortPin, "rw", "rw dev0");
      assertThat(mirror.read(0, 3)).isEqualTo(pattern(0, 3, VALUE));
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void hmm_cow_in_device(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror parents = machine.open(0, process);
      assertThat(parents.migrate(0, LAST)).isEqualTo(LAST + 1);
      HmmProcess child = process.fork("child");
      HmmMirror childs = machine.open(0, child);
      assertThat(childs.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
      assertThat(childs.snapshot(0, LAST)).containsOnly("r dev0");

      process.write(0, LAST, 2 * VALUE);

      assertThat(parents.snapshot(0, LAST)).containsOnly("rw");
      assertThat(parents.read(0, LAST)).isEqualTo(pattern(0, LAST, 2 * VALUE));
      assertThat(childs.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
      // Private memory came back for both, so the child's mirror was told too.
      assertThat(childs.notices()).hasSize(memory == DeviceMemory.PRIVATE ? LAST + 1 : 0);
    }
  }

  private static HmmProcess mapped(HmmMachine machine) {
    HmmProcess process = machine.newProcess("process");
    process.map(0, LAST, Protection.READ_WRITE);
    process.write(0, LAST, VALUE);
    return process;
  }
}
