package io.svmcoord.range;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How much of a large tree a query looks at, without a clock: the blocks off its path get trapped.
 *
 * <p>Of the intervals that do not end before the range, by first address, the hits are the first k.
 * A query of k hits may enter the blocks on the paths from the root to the first k + 1 of them, at
 * most (k + 1) * height, and look at what these know of their children. In the place of each such
 * child the test puts a trap, a leaf of one interval that would be a hit: whoever enters it finds
 * it.
 */
final class IntervalTreeVisitsTest {
  private static final int SIZE = 100_000;
  private static final int QUERIES = 300;
  private static final long PAGE_BYTES = 4096;
  private static final long SEED = 20;

  /** The value of a trap; a visit ends there. */
  private static final int TRAP = -1;

  /** Blocks of 11 entries on average: log 100,000 to the base of 11, and one for luck. */
  private static final int HEIGHT_MAX = 6;

  private final IntervalTree intervals = new IntervalTree();
  private final BlockPool blocks = intervals.tree().blocks();
  private final List<Integer> byFirst = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 4096})
  void forEachOverlap_hundredThousand_entersPathsToHitsAlone(int pagesMax) {
    Random random = new Random(SEED);
    for (int i = 0; i < SIZE; i++) {
      long first = random.nextInt(8 * SIZE) * PAGE_BYTES;
      long pages = i % 1000 == 0 ? 1 + random.nextInt(pagesMax) : 1 + random.nextInt(8);
      intervals.insert(first, first + pages * PAGE_BYTES - 1, i);
    }
    // Equal first addresses stand in the order of their slots: none was removed.
    for (int slot = 0; slot < SIZE; slot++) {
      byFirst.add(slot);
    }
    byFirst.sort(Comparator.<Integer>comparingLong(intervals::first).thenComparing(s -> s));
    int height = MaxTreeInvariants.height(intervals.tree());
    assertThat(height).isLessThanOrEqualTo(HEIGHT_MAX);

    int hits = 0;
    for (int i = 0; i < QUERIES; i++) {
      long first = random.nextInt(8 * SIZE) * PAGE_BYTES;
      long last = first + (1 + random.nextInt(32)) * PAGE_BYTES - 1;
      List<Integer> expected = overlapping(first, last);
      Set<Integer> entered = pathsToHitsAndNext(first, expected.size());

      assertThat(entered).hasSizeLessThanOrEqualTo((expected.size() + 1) * height);
      assertThat(overlappingAmongTraps(first, last, entered))
          .as("seed %d, query %d", SEED, i)
          .isEqualTo(expected);
      hits += expected.size();
    }
    assertThat(hits).isGreaterThan(QUERIES);
    MaxTreeInvariants.check(intervals.tree(), "without traps again");
  }

  private List<Integer> overlapping(long first, long last) {
    List<Integer> slots = new ArrayList<>();
    intervals.forEachOverlap(first, last, (slot, value) -> slots.add(slot) && value != TRAP);
    return slots;
  }

  /** Found by looking at all of them. */
  private Set<Integer> pathsToHitsAndNext(long first, int hits) {
    Set<Integer> entered = new HashSet<>();
    int wanted = hits + 1;
    for (int slot : byFirst) {
      if (wanted == 0) {
        break;
      }
      if (intervals.last(slot) < first) {
        continue;
      }
      wanted--;
      int leaf = intervals.tree().slots().leaf(slot);
      for (int block = leaf; block != SlotPool.NIL; block = blocks.parent(block)) {
        entered.add(block);
      }
    }
    return entered;
  }

  private List<Integer> overlappingAmongTraps(long first, long last, Set<Integer> entered) {
    // A leaf of its own; its slot is one that is in use, which nobody asks about.
    int trap = blocks.allocate(true, SlotPool.NIL);
    int slot = byFirst.getFirst();
    int leaf = intervals.tree().slots().leaf(slot);
    blocks.add(trap, 0, first, -1L, slot, TRAP);
    intervals.tree().slots().leaf(slot, leaf);

    Map<Integer, Integer> children = new HashMap<>();
    for (int block : entered) {
      for (int i = BlockPool.place(block); i < blocks.end(block); i++) {
        if (!blocks.isLeaf(block) && !entered.contains(blocks.links[i])) {
          children.put(i, blocks.links[i]);
          blocks.links[i] = trap;
        }
      }
    }
    List<Integer> found = overlapping(first, last);
    children.forEach((place, child) -> blocks.links[place] = child);
    blocks.release(trap);
    return found;
  }
}
