package io.svmcoord.loadtest.hmm;

import static io.svmcoord.loadtest.hmm.HmmAnonTest.pattern;
import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.client.Event;
import io.svmcoord.client.InvalidationNotice;
import io.svmcoord.loadtest.hmm.HmmMachine.DeviceMemory;
import io.svmcoord.loadtest.hmm.HmmPage.Protection;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Huge pages, named as in hmm-tests.c. */
@Timeout(60)
class HmmHugeTest {
  private static final int LAST = HmmProcess.HUGE_PAGES - 1;
  private static final long VALUE = 1_000_000;

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void compound(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror mirror = machine.open(0, process);
      process.write(0, LAST, VALUE);
      assertThat(mirror.snapshot(0, LAST)).containsOnly("rw huge");
      assertThat(mirror.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));

      process.protect(0, LAST, Protection.READ);

      assertThat(mirror.mapped()).isZero();
      assertThat(mirror.notices())
          .extracting(InvalidationNotice::event)
          .containsExactly(Event.PROTECTION_VMA);
      assertThat(mirror.snapshot(0, LAST)).containsOnly("r huge");
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_anon_huge_empty(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror mirror = machine.open(0, process);

      assertThat(mirror.migrate(0, LAST)).isEqualTo(LAST + 1);

      assertThat(mirror.snapshot(0, LAST)).containsOnly("rw dev0 huge");
      assertThat(mirror.read(0, LAST)).containsOnly(0);
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_anon_huge_zero(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror mirror = machine.open(0, process);
      assertThat(process.read(0, 0)).containsExactly(0);
      assertThat(mirror.snapshot(0, LAST)).containsOnly("r zero huge");

      assertThat(mirror.migrate(0, LAST)).isEqualTo(LAST + 1);

      assertThat(mirror.snapshot(0, LAST)).containsOnly("rw dev0 huge");
      assertThat(mirror.read(0, LAST)).containsOnly(0);
      mirror.write(0, LAST, VALUE);
      assertThat(process.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_anon_huge_free(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = written(machine);
      HmmMirror mirror = machine.open(0, process);
      assertThat(mirror.migrate(0, LAST)).isEqualTo(LAST + 1);

      process.free(0, LAST);

      assertThat(mirror.mapped()).isZero();
      assertThat(machine.frames().used(0)).isZero();
      assertThat(mirror.read(0, LAST)).containsOnly(0);
      assertThat(mirror.migrate(0, LAST)).isEqualTo(LAST + 1);
      assertThat(process.read(0, LAST)).containsOnly(0);
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_anon_huge_fault(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = written(machine);
      HmmMirror mirror = machine.open(0, process);
      assertThat(mirror.migrate(0, LAST)).isEqualTo(LAST + 1);
      assertThat(mirror.snapshot(0, LAST)).containsOnly("rw dev0 huge");

      // One touch brings all of a huge page back, in one invalidation.
      assertThat(process.read(3, 3)).containsExactly(VALUE + 3);

      boolean isBack = memory == DeviceMemory.PRIVATE;
      assertThat(mirror.mapped()).isEqualTo(isBack ? 0 : LAST + 1);
      assertThat(mirror.notices()).hasSize(isBack ? 1 : 0);
      assertThat(process.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
      assertThat(mirror.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_anon_huge_err(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = written(machine);
      HmmMirror mirror = machine.open(0, process);
      process.failNextHuge();

      assertThat(mirror.migrate(0, LAST)).isEqualTo(LAST + 1);

      assertThat(mirror.snapshot(0, LAST)).containsOnly("rw dev0");
      assertThat(mirror.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
      assertThat(process.read(0, LAST)).isEqualTo(pattern(0, LAST, VALUE));
    }
  }

  @ParameterizedTest
  @EnumSource(DeviceMemory.class)
  void migrate_anon_huge_zero_err(DeviceMemory memory) throws Exception {
    try (HmmMachine machine = new HmmMachine(memory)) {
      HmmProcess process = mapped(machine);
      HmmMirror mirror = machine.open(0, process);
      assertThat(process.read(0, 0)).containsExactly(0);
      process.failNextHuge();

      assertThat(mirror.migrate(0, LAST)).isEqualTo(LAST + 1);

      assertThat(mirror.snapshot(0, LAST)).containsOnly("rw dev0");
      assertThat(process.read(0, LAST)).containsOnly(0);
      assertThat(mirror.read(0, LAST)).containsOnly(0);
    }
  }

  private static HmmProcess mapped(HmmMachine machine) {
    HmmProcess process = machine.newProcess("process");
    process.mapHuge(0, LAST);
    return process;
  }

  private static HmmProcess written(HmmMachine machine) {
    HmmProcess process = mapped(machine);
    process.write(0, LAST, VALUE);
    return process;
  }
}
