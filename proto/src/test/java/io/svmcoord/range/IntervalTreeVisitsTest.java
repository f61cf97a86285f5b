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
 * How much of a large tree a query looks at, without a clock: the nodes off its path get trapped.
 *
 * <p>Of the intervals that do not end before the range, by first address, the hits are the first k.
 * A query of k hits may enter the nodes on the paths from the root to the first k + 1 of them, at
 * most (k + 1) * height, and look at the highest last address of their children. Below each such
 * child the test hangs a trap, an interval that would be a hit: whoever goes on from there finds it.
 */
final class IntervalTreeVisitsTest {
  private static final int SIZE = 100_000;
  private static final int QUERIES = 300;
  private static final long PAGE_BYTES = 4096;
  private static final long SEED = 20;

  /** The value of a trap; a visit ends there. */
  private static final int TRAP = -1;

  /** AVL: at most 1.44 log2(n). */
  private static final int HEIGHT_MAX = 24;

  private final IntervalTree intervals = new IntervalTree();
  private final NodePool nodes = intervals.tree().nodes();
  private final List<Integer> byFirst = new ArrayList<>();

  /** The links of the nodes that have a trap below. */
  private record Links(int left, int right) {}

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
    int height = nodes.height(intervals.tree().root());
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
      for (int node = slot; node != NodePool.NIL; node = nodes.parent(node)) {
        entered.add(node);
      }
    }
    return entered;
  }

  private List<Integer> overlappingAmongTraps(long first, long last, Set<Integer> entered) {
    int trap = nodes.allocate(first, -1L, TRAP);
    Map<Integer, Links> cut = new HashMap<>();
    for (int node : entered) {
      for (int child : new int[] {nodes.left(node), nodes.right(node)}) {
        if (child != NodePool.NIL && !entered.contains(child)) {
          cut.put(child, new Links(nodes.left(child), nodes.right(child)));
          nodes.linkLeft(child, trap);
          nodes.linkRight(child, trap);
        }
      }
    }
    List<Integer> found = overlapping(first, last);
    cut.forEach(
        (node, links) -> {
          nodes.linkLeft(node, links.left());
          nodes.linkRight(node, links.right());
        });
    nodes.release(trap);
    return found;
  }
}
