package io.svmcoord.loadtest.bench.index;

import io.svmcoord.loadtest.bench.HeapUse;
import io.svmcoord.loadtest.bench.SubscriptionShape;
import io.svmcoord.range.AddressRange;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a begin pays to find the subscriptions that it overlaps, and what a subscription costs: the
 * product's tree beside other structures.
 *
 * <p>Queries and victims are drawn before the run and go round, so that no two in a row are near
 * each other. Each set-up holds some queries against a scan, then prints bytes per subscription and
 * hits per query. C_RED_BLACK needs gcc; without it its rows fail with a message, the others run.
 *
 * <pre>
 * mvn -q -ntp -Pbench -DskipTests -pl loadtest -am integration-test \
 *   -Djmh.args="-f 1 -wi 2 -i 3 -w 500ms -r 500ms IntervalIndex"
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class IntervalIndexBenchmark {
  private static final int QUERIES = 1 << 14;
  private static final int CHANGES = 1 << 8;
  private static final int CHECKS = 20;
  private static final long COUNTED_HITS_MAX = 20_000_000;
  private static final long SEED = 20;
  private static final int VALUE = 1;

  /** An index full of intervals, and what is asked of it. */
  @State(Scope.Benchmark)
  public static class Full {
    @Param Structure structure = Structure.PRODUCT;

    @Param({"1000", "10000", "100000", "1000000"})
    int size;

    @Param SubscriptionShape shape = SubscriptionShape.UNIFORM;

    private IntervalIndex index = new ScanIndex();
    private long[] firsts = new long[0];
    private long[] lasts = new long[0];
    private int[] handles = new int[0];
    private final long[] queryFirsts = new long[QUERIES];
    private final long[] queryLasts = new long[QUERIES];
    private int query;
    private int victim;

    @Setup(Level.Trial)
    public void fill() {
      Random random = new Random(SEED);
      draw(random);
      long emptyBytes = HeapUse.afterGcBytes();
      index = structure.create();
      for (int i = 0; i < size; i++) {
        handles[i] = index.insert(firsts[i], lasts[i], VALUE);
      }
      long bytes = index.memoryBytes();
      if (bytes == 0) {
        bytes = HeapUse.afterGcBytes() - emptyBytes;
      }
      check();
      long hits = 0;
      int counted = 0;
      while (counted < QUERIES && hits < COUNTED_HITS_MAX) {
        hits += overlap();
        counted++;
      }
      System.out.printf(
          "# %s %s %,d: %.1f bytes per subscription, %.1f hits per query%n",
          structure, shape, size, (double) bytes / size, (double) hits / counted);
    }

    /** Intervals in random order, and queries. */
    private void draw(Random random) {
      firsts = new long[size];
      lasts = new long[size];
      handles = new int[size];
      for (int i = 0; i < size; i++) {
        // Inside out: the new one takes a random place, whoever was there goes to the end.
        AddressRange range = shape.subscription(i, size, random);
        int place = random.nextInt(i + 1);
        firsts[i] = firsts[place];
        lasts[i] = lasts[place];
        firsts[place] = range.first();
        lasts[place] = range.last();
      }
      for (int i = 0; i < QUERIES; i++) {
        AddressRange range = shape.query(size, random);
        queryFirsts[i] = range.first();
        queryLasts[i] = range.last();
      }
    }

    private void check() {
      for (int i = 0; i < CHECKS; i++) {
        long expected = 0;
        for (int j = 0; j < size; j++) {
          if (AddressRange.overlaps(firsts[j], lasts[j], queryFirsts[i], queryLasts[i])) {
            expected += VALUE;
          }
        }
        long found = index.sumOverlaps(queryFirsts[i], queryLasts[i]);
        if (found != expected) {
          throw new IllegalStateException("found: " + found + " (expected: " + expected + ")");
        }
      }
    }

    long overlap() {
      query = (query + 1) & (QUERIES - 1);
      return index.sumOverlaps(queryFirsts[query], queryLasts[query]);
    }

    /** Moves on to others, all over the index: their order is random. */
    private int nextVictims() {
      victim = victim + CHANGES <= size - CHANGES ? victim + CHANGES : 0;
      return victim;
    }

    void removeSome() {
      for (int i = victim; i < victim + CHANGES; i++) {
        index.remove(handles[i]);
      }
    }

    void insertSome() {
      for (int i = victim; i < victim + CHANGES; i++) {
        handles[i] = index.insert(firsts[i], lasts[i], VALUE);
      }
    }

    /**
     * Cuts a subscription in two, as a hole in it does, and makes it whole again: two batches, of
     * remove, insert, insert and of remove, remove, insert.
     */
    int cutAndMend() {
      victim = victim + 1 == size ? 0 : victim + 1;
      long first = firsts[victim];
      long last = lasts[victim];
      long middle = first + ((last - first) >>> 1);
      index.remove(handles[victim]);
      int left = index.insert(first, middle, VALUE);
      int right = index.insert(middle + 1, last, VALUE);
      index.remove(left);
      index.remove(right);
      handles[victim] = index.insert(first, last, VALUE);
      return handles[victim];
    }
  }

  /** Before each invocation, some are missing. */
  @State(Scope.Benchmark)
  public static class Missing {
    @Setup(Level.Invocation)
    public void remove(Full full) {
      full.nextVictims();
      full.removeSome();
    }
  }

  /** Before each invocation, those that were removed by the last are back. */
  @State(Scope.Benchmark)
  public static class Whole {
    private boolean isFirst = true;

    @Setup(Level.Invocation)
    public void insert(Full full) {
      if (!isFirst) {
        full.insertSome();
      }
      isFirst = false;
      full.nextVictims();
    }
  }

  /** Finds and visits all subscriptions that overlap a range. */
  @Benchmark
  public long stab(Full full) {
    return full.overlap();
  }

  /** Adds one. */
  @Benchmark
  @OperationsPerInvocation(CHANGES)
  public void insert(Full full, Missing missing) {
    full.insertSome();
  }

  /** Removes one. */
  @Benchmark
  @OperationsPerInvocation(CHANGES)
  public void remove(Full full, Whole whole) {
    full.removeSome();
  }

  /** One of two batches of three changes. */
  @Benchmark
  @OperationsPerInvocation(2)
  public int batch(Full full) {
    return full.cutAndMend();
  }
}
