package io.svmcoord.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class IntervalTreeTest {
  private static final int RUNS_PER_MIX = 50;
  private static final int OPERATIONS = 300;

  private final IntervalTree tree = new IntervalTree();

  @Test
  void overlapsAny_emptyTree_isFalse() {
    assertThat(tree.overlapsAny(0, -1L)).isFalse();
    assertThat(tree.size()).isZero();
    assertThat(tree.isEmpty()).isTrue();
  }

  @Test
  void overlapsAny_boundsTouchInclusively_isTrue() {
    tree.insert(0x1000, 0x1fff, 0);

    assertThat(tree.overlapsAny(0x1fff, 0x1fff)).isTrue();
    assertThat(tree.overlapsAny(0x2000, 0x2fff)).isFalse();
    assertThat(tree.overlapsAny(0, 0x1000)).isTrue();
    assertThat(tree.overlapsAny(0, 0xfff)).isFalse();
  }

  @Test
  void overlapsAny_lastAddressOfTheSpace_isFound() {
    tree.insert(-4096L, -1L, 0);

    assertThat(tree.overlapsAny(-1L, -1L)).isTrue();
    assertThat(tree.overlapsAny(0, -4097L)).isFalse();
  }

  @Test
  void forEachOverlap_equalIntervals_showsEachInInsertionOrder() {
    int a = tree.insert(10, 20, 7);
    int b = tree.insert(10, 20, 8);
    int c = tree.insert(10, 20, 9);

    assertThat(overlapping(0, -1L)).containsExactly(a, b, c);
    tree.remove(b);
    assertThat(overlapping(15, 15)).containsExactly(a, c);
    assertThat(tree.value(c)).isEqualTo(9);
  }

  @Test
  void forEachOverlap_visitorSaysStop_endsThere() {
    for (int i = 0; i < 100; i++) {
      tree.insert(i, i, i);
    }
    List<Integer> seen = new ArrayList<>();

    boolean finished =
        tree.forEachOverlap(
            0,
            99,
            (slot, value) -> {
              seen.add(value);
              return value < 4;
            });

    assertThat(finished).isFalse();
    assertThat(seen).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void insert_duringVisit_isRefusedAndLaterAllowed() {
    int slot = tree.insert(0, 10, 0);

    assertThatIllegalStateException()
        .isThrownBy(() -> tree.forEachOverlap(0, 10, (s, v) -> tree.insert(1, 2, 3) >= 0))
        .withMessage("visitDepth: 1 (expected: 0, a visitor must not change the tree)");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                tree.forEachOverlap(
                    0,
                    10,
                    (s, v) -> {
                      tree.remove(s);
                      return true;
                    }));
    assertThat(tree.size()).isEqualTo(1);
    tree.remove(slot);
    assertThat(tree.isEmpty()).isTrue();
  }

  @Test
  void forEachOverlap_withinVisit_isAllowed() {
    tree.insert(0, 10, 1);
    tree.insert(5, 15, 2);
    AtomicInteger pairs = new AtomicInteger();

    tree.forEachOverlap(
        0,
        -1L,
        (slot, value) ->
            tree.forEachOverlap(0, -1L, (other, otherValue) -> pairs.incrementAndGet() > 0));

    assertThat(pairs).hasValue(4);
  }

  @Test
  void remove_slotNotInUse_isRefused() {
    int slot = tree.insert(0, 1, 0);
    tree.remove(slot);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> tree.remove(slot))
        .withMessage("slot: 0 (expected: a slot in use)");
    assertThatIllegalArgumentException().isThrownBy(() -> tree.remove(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> tree.first(1_000_000));
  }

  @Test
  void insert_firstAboveLast_isRefusedAndChangesNothing() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> tree.insert(-1L, 0, 0))
        .withMessage("first: 0xffffffffffffffff (expected: at most last 0x0)");
    assertThat(tree.size()).isZero();
  }

  @Test
  void clear_afterMany_givesMemoryBack() {
    long empty = tree.memoryBytes();
    for (int i = 0; i < 10_000; i++) {
      tree.insert(i, i, i);
    }
    tree.clear();

    assertThat(tree.memoryBytes()).isEqualTo(empty);
    assertThat(tree.isEmpty()).isTrue();
    assertThat(overlapping(0, -1L)).isEmpty();
    assertThat(tree.insert(1, 1, 1)).isZero();
  }

  @Test
  void operations_onceWarm_allocateNothing() {
    OverlapVisitor all = (slot, value) -> value >= 0;
    Runnable churn =
        () -> {
          for (int i = 0; i < 10_000; i++) {
            int slot = tree.insert(i, i + 20, i);
            tree.forEachOverlap(i, i + 5, all);
            tree.remove(slot);
          }
        };
    for (int i = 0; i < 1_000; i++) {
      tree.insert(i * 10L, i * 10L + 15, i);
    }
    churn.run();

    assertThat(Allocations.bytesOf(churn)).isLessThan(10_000);
  }

  @Test
  void memoryBytes_growingTree_staysWithin64BytesEach() {
    for (int i = 0; i < 200_000; i++) {
      tree.insert(i * 4096L, i * 4096L + 4095, i);
      if (tree.size() >= 1000) {
        assertThat(tree.memoryBytes()).isLessThanOrEqualTo(64L * tree.size());
      }
    }
  }

  @Test
  void memoryBytes_mostRemovedFromTheEnd_shrinks() {
    for (int i = 0; i < 100_000; i++) {
      tree.insert(i, i, i);
    }
    long full = tree.memoryBytes();
    for (int slot = 99_999; slot >= 100; slot--) {
      tree.remove(slot);
    }

    assertThat(tree.memoryBytes()).isLessThan(full / 100);
    assertThat(tree.first(99)).isEqualTo(99);
    MaxTreeInvariants.check(tree.tree(), "shrunk");
  }

  @Test
  void memoryBytes_fewLeftNearTheEndThatAreReplaced_shrinks() {
    for (int i = 0; i < 100_000; i++) {
      tree.insert(i, i, i);
    }
    long full = tree.memoryBytes();
    int slots = tree.slotBound();
    for (int slot = 0; slot < 99_990; slot++) {
      tree.remove(slot);
    }
    assertThat(tree.slotBound()).as("ten slots at the end hold it").isEqualTo(slots);
    assertThat(tree.memoryBytes()).as("nothing else does").isLessThan(full / 8);

    ArrayDeque<Integer> live = new ArrayDeque<>();
    overlapping(0, -1L).forEach(live::add);
    for (int round = 0; round < 100_000; round++) {
      live.add(tree.insert(round, round, round));
      tree.remove(live.remove());
    }

    assertThat(tree.size()).isEqualTo(10);
    assertThat(tree.memoryBytes()).isLessThan(full / 100);
    MaxTreeInvariants.check(tree.tree(), "replaced");
  }

  @ParameterizedTest
  @EnumSource
  void operations_random_agreeWithScan(RandomRanges.Mix mix) {
    for (int run = 0; run < RUNS_PER_MIX; run++) {
      long seed = 1_000_003L + run;
      new Model(seed, mix).run();
    }
  }

  @Test
  void operations_largeTree_agreeWithScan() {
    Random random = new Random(42);
    RandomRanges ranges = new RandomRanges(random, RandomRanges.Mix.UNIFORM);
    for (int i = 0; i < 20_000; i++) {
      long first = random.nextLong();
      tree.insert(first, AddressRange.maxUnsigned(first, first + (random.nextLong() >>> 18)), i);
    }
    for (int i = 0; i < 20_000; i += 3) {
      tree.remove(i);
    }
    MaxTreeInvariants.check(tree.tree(), "seed 42");
    assertThat(MaxTreeInvariants.height(tree.tree())).isLessThanOrEqualTo(6);
    for (int query = 0; query < 100; query++) {
      AddressRange range = ranges.next();
      List<Integer> expected = new ArrayList<>();
      for (int slot = 0; slot < 20_000; slot++) {
        if (slot % 3 != 0
            && new OracleRange(tree.first(slot), tree.last(slot))
                .overlaps(new OracleRange(range))) {
          expected.add(slot);
        }
      }
      assertThat(overlapping(range.first(), range.last()).stream().sorted().toList())
          .as("seed 42, query %s", range)
          .isEqualTo(expected);
    }
  }

  private List<Integer> overlapping(long first, long last) {
    List<Integer> slots = new ArrayList<>();
    tree.forEachOverlap(first, last, (slot, value) -> slots.add(slot));
    return slots;
  }

  /** One seeded run of the tree beside a list that is scanned. */
  private static final class Model {
    private record Entry(int slot, int value, OracleRange range) {}

    private final IntervalTree tree = new IntervalTree();

    /** In insertion order. */
    private final List<Entry> entries = new ArrayList<>();

    private final String name;
    private final Random random;
    private final RandomRanges ranges;

    Model(long seed, RandomRanges.Mix mix) {
      name = "mix %s, seed %d".formatted(mix, seed);
      random = new Random(seed);
      ranges = new RandomRanges(random, mix);
    }

    void run() {
      // Growing, shrinking and level phases.
      int insertPercent = 60;
      for (int operation = 0; operation < OPERATIONS; operation++) {
        if (operation % 75 == 0) {
          insertPercent = List.of(70, 50, 20).get(random.nextInt(3));
        }
        String step = "%s, operation %d".formatted(name, operation);
        if (entries.isEmpty() || random.nextInt(100) < insertPercent) {
          insert(step, operation);
        } else {
          tree.remove(entries.remove(random.nextInt(entries.size())).slot());
        }
        MaxTreeInvariants.check(tree.tree(), step);
        query(step, ranges.next());
      }
    }

    private void insert(String step, int value) {
      AddressRange range = ranges.next();
      int slot = tree.insert(range.first(), range.last(), value);
      assertThat(entries).as("%s: slot is new", step).noneMatch(entry -> entry.slot() == slot);
      assertThat(slot).as(step).isLessThan(tree.slotBound());
      entries.add(new Entry(slot, value, new OracleRange(range)));
    }

    private void query(String step, AddressRange query) {
      OracleRange asked = new OracleRange(query);
      // A stable sort: equal firsts stay in insertion order.
      List<Entry> expected =
          entries.stream()
              .filter(entry -> entry.range().overlaps(asked))
              .sorted((a, b) -> a.range().first().compareTo(b.range().first()))
              .toList();
      List<Entry> actual = new ArrayList<>();
      boolean finished =
          tree.forEachOverlap(
              query.first(),
              query.last(),
              (slot, value) ->
                  actual.add(
                      new Entry(slot, value, new OracleRange(tree.first(slot), tree.last(slot)))));

      assertThat(finished).as(step).isTrue();
      assertThat(actual).as("%s: overlaps of %s", step, query).isEqualTo(expected);
      assertThat(tree.overlapsAny(query.first(), query.last()))
          .as("%s: any overlap of %s", step, query)
          .isEqualTo(!expected.isEmpty());
      assertThat(tree.size()).as(step).isEqualTo(entries.size());
    }
  }
}
