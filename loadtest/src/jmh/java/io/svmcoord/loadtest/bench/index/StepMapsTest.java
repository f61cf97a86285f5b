package io.svmcoord.loadtest.bench.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each map agrees with an array of all pages; past its bound it may only be too high. */
final class StepMapsTest {
  private static final int RUNS = 60;
  private static final int OPERATIONS = 1_000;
  private static final int PAGES = 400;
  private static final long PAGE_BYTES = 4096;

  @ParameterizedTest
  @EnumSource
  void operations_random_agreeWithPages(MapStructure structure) {
    for (int run = 0; run < RUNS; run++) {
      agree(structure, 3_000_017L + run);
    }
  }

  private static void agree(MapStructure structure, long seed) {
    Random random = new Random(seed);
    int segmentsMax = List.of(3, 20, PAGES + 1).get(random.nextInt(3));
    StepMap map = structure.create(segmentsMax);
    long[] oracle = new long[PAGES];
    long sequence = 0;
    for (int operation = 0; operation < OPERATIONS; operation++) {
      String step = "%s, seed %d, operation %d".formatted(structure, seed, operation);
      int first = random.nextInt(PAGES);
      int last = Math.min(PAGES - 1, first + random.nextInt(random.nextBoolean() ? 3 : PAGES));
      // One invalidation may have several ranges.
      sequence += random.nextInt(4) == 0 && sequence > 0 ? 0 : 1;
      map.raise(first * PAGE_BYTES, (last + 1) * PAGE_BYTES - 1, sequence);
      Arrays.fill(oracle, first, last + 1, sequence);

      int from = random.nextInt(PAGES);
      int to = Math.min(PAGES - 1, from + random.nextInt(10));
      long expected = Arrays.stream(oracle, from, to + 1).max().orElseThrow();
      long highest = map.highest(from * PAGE_BYTES, (to + 1) * PAGE_BYTES - 1);
      assertThat(map.segments()).as(step).isBetween(1, segmentsMax);
      if (segmentsMax > PAGES) {
        assertThat(highest).as(step).isEqualTo(expected);
      } else {
        assertThat(highest).as(step).isBetween(expected, sequence);
      }
    }
  }
}
