package io.svmcoord.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SequenceMapTest {
  private static final int RUNS_PER_MIX = 50;
  private static final int OPERATIONS = 200;

  private final SequenceMap map = new SequenceMap();

  @Test
  void highest_nothingRaised_isZero() {
    assertThat(map.highest(0, -1L)).isZero();
    assertThat(map.latest()).isZero();
    assertThat(map.segments()).isEqualTo(1);
  }

  @Test
  void highest_rangeBesideTheRaised_isZero() {
    map.raise(0x1000, 0x1fff, 5);

    assertThat(map.highest(0x1000, 0x1fff)).isEqualTo(5);
    assertThat(map.highest(0x1fff, 0x2fff)).isEqualTo(5);
    assertThat(map.highest(0, 0xfff)).isZero();
    assertThat(map.highest(0x2000, -1L)).isZero();
    assertThat(map.highest(0, -1L)).isEqualTo(5);
    assertThat(map.latest()).isEqualTo(5);
  }

  @Test
  void raise_insideAnOlderRange_splitsIt() {
    map.raise(0x1000, 0x3fff, 1);
    map.raise(0x2000, 0x2fff, 2);

    assertThat(map.highest(0x1000, 0x1fff)).isEqualTo(1);
    assertThat(map.highest(0x2000, 0x2fff)).isEqualTo(2);
    assertThat(map.highest(0x3000, 0x3fff)).isEqualTo(1);
    assertThat(map.segments()).isEqualTo(5);
  }

  @Test
  void raise_overOlderRanges_replacesThem() {
    for (int i = 1; i <= 100; i++) {
      map.raise(i * 0x1000L, i * 0x1000L + 0xfff, i);
    }
    map.raise(0x1000, 0x64fff, 101);

    assertThat(map.segments()).isEqualTo(3);
    assertThat(map.highest(0x32000, 0x32000)).isEqualTo(101);
    MaxTreeInvariants.check(map.tree(), "replaced");
  }

  @Test
  void raise_sameSequenceForTouchingRanges_joinsThem() {
    map.raise(0x2000, 0x2fff, 3);
    map.raise(0x1000, 0x1fff, 3);
    map.raise(0x3000, 0x3fff, 3);

    assertThat(map.segments()).isEqualTo(3);
    assertThat(map.highest(0x1000, 0x3fff)).isEqualTo(3);
  }

  @Test
  void raise_upToTheEdgesOfTheSpace_wrapsNowhere() {
    map.raise(-4096L, -1L, 1);
    map.raise(0, 4095, 2);
    map.raise(Long.MAX_VALUE, Long.MIN_VALUE, 3);

    assertThat(map.highest(-1L, -1L)).isEqualTo(1);
    assertThat(map.highest(0, 0)).isEqualTo(2);
    assertThat(map.highest(4096, Long.MAX_VALUE - 1)).isZero();
    assertThat(map.highest(Long.MIN_VALUE, Long.MIN_VALUE)).isEqualTo(3);
    assertThat(map.highest(Long.MIN_VALUE + 1, -4097L)).isZero();
  }

  @Test
  void raise_wholeSpace_isOneSegment() {
    map.raise(0x1000, 0x1fff, 1);
    map.raise(0, -1L, 2);

    assertThat(map.segments()).isEqualTo(1);
    assertThat(map.highest(77, 77)).isEqualTo(2);
  }

  @Test
  void raise_rangesOfOneBegin_raisesEach() {
    AddressRanges ranges =
        AddressRanges.of(
            List.of(new AddressRange(0x1000, 0x1fff), new AddressRange(0x5000, 0x5fff)));
    map.raise(ranges, 9);

    assertThat(map.highest(0x2000, 0x4fff)).isZero();
    assertThat(map.highest(ranges)).isEqualTo(9);
    assertThat(map.highest(AddressRanges.of(new AddressRange(0x2000, 0x2fff)))).isZero();
  }

  @Test
  void raise_sequenceGoesBack_isRefusedAndChangesNothing() {
    map.raise(0, 10, 7);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> map.raise(20, 30, 6))
        .withMessage("sequence: 6 (expected: above 0 and at least 7)");
    assertThatIllegalArgumentException().isThrownBy(() -> map.raise(20, 30, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> map.raise(30, 20, 8));
    assertThat(map.highest(11, -1L)).isZero();
    assertThat(map.latest()).isEqualTo(7);
  }

  @Test
  void raise_zero_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> map.raise(0, 1, 0));
  }

  @Test
  void clear_afterRaises_startsOver() {
    map.raise(0, 10, 7);
    map.clear();

    assertThat(map.highest(0, -1L)).isZero();
    assertThat(map.latest()).isZero();
    map.raise(0, 10, 1);
    assertThat(map.highest(0, 10)).isEqualTo(1);
  }

  @Test
  void segmentsMax_belowOne_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SequenceMap(0))
        .withMessage("segmentsMax: 0 (expected: at least 1)");
  }

  @Test
  void segmentsMax_default_holdsMemoryWithinFourMebibytes() {
    for (int i = 1; i <= 100_000; i++) {
      long page = Long.rotateLeft(i * 0x9E3779B97F4A7C15L, 20) & -4096L;
      map.raise(page, page + 4095, i);
    }

    assertThat(map.segments()).isEqualTo(SequenceMap.SEGMENTS_MAX_DEFAULT);
    assertThat(map.memoryBytes()).isLessThanOrEqualTo(4L << 20);
    assertThat(map.lossyMerges()).isPositive();
  }

  @Test
  void operations_onceWarm_allocateNothing() {
    SequenceMap small = new SequenceMap(512);
    Runnable churn =
        () -> {
          for (int i = 0; i < 10_000; i++) {
            small.raise(pageOf(i), pageOf(i) + 4095, small.latest() + 1);
            small.highest(pageOf(i), -1L);
          }
        };
    churn.run();

    assertThat(Allocations.bytesOf(churn)).isLessThan(10_000);
    assertThat(small.lossyMerges()).isGreaterThan(10_000);
  }

  @Test
  void raise_pastTheLimit_keepsYoungSequencesExact() {
    // One range after another, each apart: tokens are young, so what is young must stay exact.
    SequenceMap small = new SequenceMap(256);
    long raises = 10_000;
    for (long i = 1; i <= raises; i++) {
      long page = pageOf(i);
      small.raise(page, page + 4095, i);
    }

    long token = raises - 20;
    long falseRetries = 0;
    for (long i = 1; i <= raises; i++) {
      boolean expected = i > token;
      boolean actual = small.highest(pageOf(i), pageOf(i) + 4095) > token;
      if (expected) {
        assertThat(actual).as("never missed, page %d", i).isTrue();
      } else if (actual) {
        falseRetries++;
      }
    }
    assertThat(falseRetries).as("false retries of %d pages", raises).isLessThan(raises / 100);
  }

  private static long pageOf(long i) {
    return (i * 7919L % 10_007) * 0x10_000L;
  }

  @ParameterizedTest
  @EnumSource
  void operations_random_agreeWithScan(RandomRanges.Mix mix) {
    for (int run = 0; run < RUNS_PER_MIX; run++) {
      long seed = 2_000_003L + run;
      new Model(seed, mix, SequenceMap.SEGMENTS_MAX_DEFAULT).run();
    }
  }

  @ParameterizedTest
  @EnumSource
  void operations_randomWithSmallLimit_neverAnswerTooLow(RandomRanges.Mix mix) {
    for (int run = 0; run < RUNS_PER_MIX; run++) {
      long seed = 3_000_017L + run;
      new Model(seed, mix, 1 + run % 12).run();
    }
  }

  /** One seeded run of the map beside a list of all raises that is scanned. */
  private static final class Model {
    private record Raise(OracleRange range, long sequence) {}

    private final SequenceMap map;
    private final List<Raise> raises = new ArrayList<>();
    private final int segmentsMax;
    private final String name;
    private final Random random;
    private final RandomRanges ranges;
    private long sequence;

    Model(long seed, RandomRanges.Mix mix, int segmentsMax) {
      this.segmentsMax = segmentsMax;
      map = new SequenceMap(segmentsMax);
      name = "mix %s, seed %d, segmentsMax %d".formatted(mix, seed, segmentsMax);
      random = new Random(seed);
      ranges = new RandomRanges(random, mix);
    }

    void run() {
      for (int operation = 0; operation < OPERATIONS; operation++) {
        String step = "%s, operation %d".formatted(name, operation);
        if (random.nextInt(200) == 0) {
          map.clear();
          raises.clear();
          sequence = 0;
        }
        raise();
        checkShape(step);
        for (int query = 0; query < 3; query++) {
          query(step, ranges.next());
        }
        query(step, new AddressRange(random.nextLong(), -1L));
      }
    }

    private void raise() {
      // One in four is a further range of the same begin.
      if (sequence == 0 || random.nextInt(4) != 0) {
        sequence += 1 + random.nextInt(3);
      }
      AddressRange range = ranges.next();
      map.raise(range.first(), range.last(), sequence);
      raises.add(new Raise(new OracleRange(range), sequence));
    }

    private void query(String step, AddressRange query) {
      OracleRange asked = new OracleRange(query);
      long truth =
          raises.stream()
              .filter(raise -> raise.range().overlaps(asked))
              .mapToLong(Raise::sequence)
              .max()
              .orElse(0);
      long answer = map.highest(query.first(), query.last());
      String what = "%s: I1 highest of %s".formatted(step, query);
      assertThat(answer).as(what).isBetween(truth, sequence);
      if (map.lossyMerges() == 0) {
        assertThat(answer).as(what).isEqualTo(truth);
      }
    }

    private void checkShape(String step) {
      MaxTreeInvariants.check(map.tree(), step);
      assertThat(map.segments()).as("%s: I4 bound", step).isBetween(1, segmentsMax);
      if (segmentsMax == SequenceMap.SEGMENTS_MAX_DEFAULT) {
        assertThat(map.lossyMerges()).as("%s: exact below the limit", step).isZero();
      }
      MaxTree tree = map.tree();
      int slot = tree.floor(0);
      assertThat(tree.key(slot)).as("%s: I2 cover", step).isZero();
      for (int next = tree.next(slot); next != SlotPool.NIL; next = tree.next(next)) {
        assertThat(tree.weight(next))
            .as("%s: I3 neighbours differ", step)
            .isNotEqualTo(tree.weight(slot));
        slot = next;
      }
    }
  }
}
