package io.svmcoord.loadtest.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetirementsTest {
  private static final MemoryGeometry GEOMETRY = new MemoryGeometry(4096, 16, 20, 2, 0);

  private final SharedMemory memory = SharedMemory.create(GEOMETRY);
  private final Retirements retirements = memory.retirements();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void isRetiredBefore_nothingRecorded_false() {
    assertThat(retirements.isRetiredBefore(0, 0, 1, Long.MAX_VALUE)).isFalse();
  }

  @Test
  void isRetiredBefore_onlyLaterReadsOfThatPageAndSpace_true() {
    retirements.record(1, 3, 10, 1_000);

    assertThat(retirements.isRetiredBefore(1, 3, 10, 1_001)).isTrue();
    assertThat(retirements.isRetiredBefore(1, 3, 10, 1_000)).isFalse();
    assertThat(retirements.isRetiredBefore(1, 3, 11, 1_001)).isFalse();
    assertThat(retirements.isRetiredBefore(1, 2, 10, 1_001)).isFalse();
    assertThat(retirements.isRetiredBefore(0, 3, 10, 1_001)).isFalse();
  }

  @Test
  void isRetiredBefore_clockPassesZero_comparesByDifference() {
    retirements.record(0, 0, 1, -5);
    retirements.record(0, 0, 2, Long.MAX_VALUE);

    assertThat(retirements.isRetiredBefore(0, 0, 1, 5)).isTrue();
    assertThat(retirements.isRetiredBefore(0, 0, 2, Long.MIN_VALUE)).isTrue();
  }

  @Test
  void isRetiredBefore_fellOutOfRing_judgedByOldestLeft() {
    for (int i = 1; i <= 200; i++) {
      retirements.record(0, 0, i, i * 10L);
    }
    // 63 entries are used: 138 to 200.
    assertThat(retirements.isRetiredBefore(0, 0, 1, 1_381)).isTrue();
    assertThat(retirements.isRetiredBefore(0, 0, 1, 1_380)).isFalse();
    assertThat(retirements.count(0, 0)).isEqualTo(200);
  }

  @Test
  void isRetiredBefore_randomRecords_neverMoreThanOracleAndEqualWithinRing() {
    long seed = 20_260_101;
    SplittableRandom random = new SplittableRandom(seed);
    TreeMap<Long, Long> retiredAt = new TreeMap<>();
    long version = 0;
    long now = -1_000;
    for (int i = 0; i < 2_000; i++) {
      version += 1 + random.nextInt(3);
      now += random.nextInt(5);
      retirements.record(0, 7, version, now);
      retiredAt.put(version, now);
      long asked = 1 + random.nextLong(version + 3);
      long at = now - random.nextInt(40) + 5;
      var own = retiredAt.ceilingEntry(asked);
      boolean expected = own != null && own.getValue() < at;
      boolean actual = retirements.isRetiredBefore(0, 7, asked, at);
      boolean isInRing = own == null || retiredAt.tailMap(own.getKey(), true).size() <= 63;
      if (isInRing) {
        assertThat(actual).as("seed %d, step %d", seed, i).isEqualTo(expected);
      } else {
        assertThat(!actual || expected).as("seed %d, step %d", seed, i).isTrue();
      }
    }
  }
}
