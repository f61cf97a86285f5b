package io.svmcoord.loadtest.bench;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.IntervalTree;
import io.svmcoord.range.OverlapVisitor;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a begin pays to find the subscriptions that it overlaps, and what a subscription costs.
 * Beside the interval tree stand a scan of all intervals and a {@code TreeMap} ordered by first
 * address that knows the longest interval, which is what the JDK alone offers.
 *
 * <p>Queries are drawn before the run and go round, so that no two in a row are near each other.
 * The result is the sum of the values hit, so that nothing is optimised away. Bytes per
 * subscription are printed at each set-up of the tree.
 *
 * <pre>
 * mvn -q -ntp -Pbench -DskipTests -pl loadtest -am integration-test \
 *   -Djmh.args="-f 1 -wi 2 -i 3 -w 500ms -r 500ms IntervalTree"
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class IntervalTreeBenchmark {
  private static final int QUERIES = 1 << 14;
  private static final long SEED = 20;

  /** The queries of one run, in turn. */
  private static final class Queries {
    private final long[] firsts = new long[QUERIES];
    private final long[] lasts = new long[QUERIES];
    private int next;

    Queries(SubscriptionShape shape, int size, Random random) {
      for (int i = 0; i < QUERIES; i++) {
        AddressRange query = shape.query(size, random);
        firsts[i] = query.first();
        lasts[i] = query.last();
      }
    }

    int next() {
      next = (next + 1) & (QUERIES - 1);
      return next;
    }
  }

  private static AddressRange[] subscriptions(SubscriptionShape shape, int size, Random random) {
    AddressRange[] ranges = new AddressRange[size];
    for (int i = 0; i < size; i++) {
      ranges[i] = shape.subscription(i, size, random);
    }
    return ranges;
  }

  /** The interval tree, filled in random order. */
  @State(Scope.Benchmark)
  public static class Tree {
    @Param({"1000", "10000", "100000", "1000000"})
    int size;

    @Param SubscriptionShape shape = SubscriptionShape.UNIFORM;

    private final IntervalTree tree = new IntervalTree();
    private int[] slots = new int[0];
    private Queries queries = new Queries(SubscriptionShape.UNIFORM, 1, new Random(SEED));
    private int victim;
    private long sum;

    /** Kept, as a caller on a hot path does. */
    private final OverlapVisitor add =
        (slot, value) -> {
          sum += value;
          return true;
        };

    @Setup(Level.Trial)
    public void fill() {
      Random random = new Random(SEED);
      AddressRange[] ranges = subscriptions(shape, size, random);
      for (int i = size - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        AddressRange range = ranges[i];
        ranges[i] = ranges[other];
        ranges[other] = range;
      }
      slots = new int[size];
      for (int i = 0; i < size; i++) {
        slots[i] = tree.insert(ranges[i].first(), ranges[i].last(), 1);
      }
      queries = new Queries(shape, size, random);
      long hits = 0;
      for (int i = 0; i < QUERIES; i++) {
        hits += overlap();
      }
      System.out.printf(
          "# %s %,d: %.1f bytes per subscription, %.1f hits per query%n",
          shape, size, (double) tree.memoryBytes() / size, (double) hits / QUERIES);
    }

    long overlap() {
      int query = queries.next();
      sum = 0;
      tree.forEachOverlap(queries.firsts[query], queries.lasts[query], add);
      return sum;
    }

    int replaceOne() {
      victim = (victim + 1) % size;
      int slot = slots[victim];
      long first = tree.first(slot);
      long last = tree.last(slot);
      tree.remove(slot);
      slots[victim] = tree.insert(first, last, 1);
      return slots[victim];
    }
  }

  /** All intervals in two arrays. */
  @State(Scope.Benchmark)
  public static class Scan {
    @Param({"1000", "10000", "100000"})
    int size;

    private long[] firsts = new long[0];
    private long[] lasts = new long[0];
    private Queries queries = new Queries(SubscriptionShape.UNIFORM, 1, new Random(SEED));

    @Setup(Level.Trial)
    public void fill() {
      Random random = new Random(SEED);
      firsts = new long[size];
      lasts = new long[size];
      AddressRange[] ranges = subscriptions(SubscriptionShape.UNIFORM, size, random);
      for (int i = 0; i < size; i++) {
        firsts[i] = ranges[i].first();
        lasts[i] = ranges[i].last();
      }
      queries = new Queries(SubscriptionShape.UNIFORM, size, random);
    }

    long overlap() {
      int query = queries.next();
      long first = queries.firsts[query];
      long last = queries.lasts[query];
      long hits = 0;
      for (int i = 0; i < firsts.length; i++) {
        if (AddressRange.overlaps(firsts[i], lasts[i], first, last)) {
          hits++;
        }
      }
      return hits;
    }
  }

  /**
   * A sorted map and the length of the longest interval: all that can reach a range starts there.
   */
  @State(Scope.Benchmark)
  public static class SortedMap {
    @Param({"1000", "10000", "100000", "1000000"})
    int size;

    private final TreeMap<AddressRange, Integer> map = new TreeMap<>();
    private long longestMinusOne;
    private Queries queries = new Queries(SubscriptionShape.UNIFORM, 1, new Random(SEED));

    @Setup(Level.Trial)
    public void fill() {
      Random random = new Random(SEED);
      for (AddressRange range : subscriptions(SubscriptionShape.UNIFORM, size, random)) {
        map.put(range, 1);
        longestMinusOne = Math.max(longestMinusOne, range.sizeMinusOne());
      }
      queries = new Queries(SubscriptionShape.UNIFORM, size, random);
    }

    long overlap() {
      int query = queries.next();
      long first = queries.firsts[query];
      long reach = Math.max(0, first - longestMinusOne);
      AddressRange low = new AddressRange(reach, reach);
      AddressRange high = new AddressRange(queries.lasts[query], -1L);
      long sum = 0;
      for (var entry : map.subMap(low, true, high, true).entrySet()) {
        if (Long.compareUnsigned(entry.getKey().last(), first) >= 0) {
          sum += entry.getValue();
        }
      }
      return sum;
    }
  }

  /** Finds and visits all subscriptions that overlap a range. */
  @Benchmark
  public long overlapTree(Tree state) {
    return state.overlap();
  }

  /** The same by looking at each. */
  @Benchmark
  public long overlapScan(Scan state) {
    return state.overlap();
  }

  /** The same with the JDK's sorted map; only sensible where no interval is long. */
  @Benchmark
  public long overlapTreeMap(SortedMap state) {
    return state.overlap();
  }

  /** Removes one subscription and adds it again, the others as they are. */
  @Benchmark
  public int removeAndInsert(Tree state) {
    return state.replaceOne();
  }
}
