package io.svmcoord.loadtest.bench.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A benchmark of a wrong structure is worth nothing: each agrees with a scan. */
final class IntervalIndexesTest {
  private static final int RUNS = 40;
  private static final int OPERATIONS = 3_000;
  private static final long PAGE_BYTES = 4096;

  private record Entry(int handle, int oracleHandle) {}

  @ParameterizedTest
  @EnumSource
  void operations_random_agreeWithScan(Structure structure) {
    for (int run = 0; run < RUNS; run++) {
      agree(structure, 2_000_003L + run);
    }
  }

  private static void agree(Structure structure, long seed) {
    Random random = new Random(seed);
    // Few pages make equals and neighbours, many make depth.
    int pages = List.of(16, 300, 100_000).get(random.nextInt(3));
    int lengthMax = List.of(1, 8, pages).get(random.nextInt(3));
    boolean isAscending = random.nextInt(4) == 0;
    IntervalIndex index = structure.create();
    ScanIndex oracle = new ScanIndex();
    List<Entry> entries = new ArrayList<>();
    int insertPercent = 70;
    for (int operation = 0; operation < OPERATIONS; operation++) {
      if (operation % 500 == 0) {
        insertPercent = List.of(80, 50, 15).get(random.nextInt(3));
      }
      if (entries.isEmpty() || random.nextInt(100) < insertPercent) {
        long page = isAscending ? (long) operation * 3 : random.nextInt(pages);
        long first = page * PAGE_BYTES;
        long last = first + (1 + random.nextInt(lengthMax)) * PAGE_BYTES - 1;
        int value = 1 + random.nextInt(1_000);
        entries.add(new Entry(index.insert(first, last, value), oracle.insert(first, last, value)));
      } else {
        Entry removed = entries.remove(random.nextInt(entries.size()));
        index.remove(removed.handle());
        oracle.remove(removed.oracleHandle());
      }
      long first = random.nextInt(pages) * PAGE_BYTES;
      long last = first + (1 + random.nextInt(lengthMax)) * PAGE_BYTES - 1;
      assertThat(index.sumOverlaps(first, last))
          .as("%s, seed %d, operation %d", structure, seed, operation)
          .isEqualTo(oracle.sumOverlaps(first, last));
    }
  }
}
