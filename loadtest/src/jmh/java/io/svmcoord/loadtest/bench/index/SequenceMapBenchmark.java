package io.svmcoord.loadtest.bench.index;

import java.util.Random;
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
 * What a begin pays to note its sequence in the last-invalidated map, and a read_retry to look
 * there: the product's map beside others.
 *
 * <pre>
 * mvn -q -ntp -Pbench -DskipTests -pl loadtest -am integration-test \
 *   -Djmh.args="-f 1 -wi 2 -i 3 -w 500ms -r 500ms SequenceMap"
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class SequenceMapBenchmark {
  private static final int RANGES = 1 << 14;
  private static final long PAGE_BYTES = 4096;
  private static final int UNBOUNDED = 1 << 30;
  private static final int RAISED_PAGES_MAX = 3;
  private static final int ASKED_PAGES = 16;
  private static final long SEED = 20;

  /** How large the space is beside the map. */
  public enum Scene {
    /** The map has room for what the space can have; a raise replaces what was there. */
    SETTLED {
      @Override
      long pages(int segments) {
        return 2L * segments;
      }

      @Override
      int segmentsMax(int segments) {
        return UNBOUNDED;
      }
    },
    /** The space is large, the map full: each raise adds two steps, two pairs become one. */
    AT_BOUND {
      @Override
      long pages(int segments) {
        return 1L << 32;
      }

      @Override
      int segmentsMax(int segments) {
        return segments;
      }
    };

    abstract long pages(int segments);

    abstract int segmentsMax(int segments);
  }

  /** A map that was raised for long. */
  @State(Scope.Benchmark)
  public static class Raised {
    @Param MapStructure structure = MapStructure.PRODUCT;

    @Param({"1000", "10000", "65536"})
    int size;

    @Param Scene shape = Scene.SETTLED;

    private StepMap map = MapStructure.PRODUCT.create(1);
    private final long[] firsts = new long[RANGES];
    private final int[] pages = new int[RANGES];
    private long spacePages;
    private long sequence;
    private int turn;

    @Setup(Level.Trial)
    public void fill() {
      Random random = new Random(SEED);
      map = structure.create(shape.segmentsMax(size));
      spacePages = shape.pages(size);
      for (int round = 0; round < 4 * size; round += RANGES) {
        draw(random);
        for (int i = 0; i < RANGES; i++) {
          raise();
        }
      }
      System.out.printf("# %s %s %,d: %,d segments%n", structure, shape, size, map.segments());
    }

    private void draw(Random random) {
      for (int i = 0; i < RANGES; i++) {
        firsts[i] = random.nextLong(spacePages) * PAGE_BYTES;
        pages[i] = 1 + random.nextInt(RAISED_PAGES_MAX);
      }
    }

    private long nextFirst() {
      turn = (turn + 1) & (RANGES - 1);
      return firsts[turn];
    }

    long raise() {
      long first = nextFirst();
      map.raise(first, first + pages[turn] * PAGE_BYTES - 1, ++sequence);
      return sequence;
    }

    long highest() {
      long first = nextFirst();
      return map.highest(first, first + ASKED_PAGES * PAGE_BYTES - 1);
    }

    long highestWide() {
      long first = nextFirst() / 2;
      return map.highest(first, first + spacePages / 2 * PAGE_BYTES - 1);
    }
  }

  /** Notes the next sequence over 1 to 3 pages. */
  @Benchmark
  public long raise(Raised raised) {
    return raised.raise();
  }

  /** The highest sequence over 16 pages. */
  @Benchmark
  public long highest(Raised raised) {
    return raised.highest();
  }

  /** The highest sequence over half the space. */
  @Benchmark
  public long highestWide(Raised raised) {
    return raised.highestWide();
  }
}
