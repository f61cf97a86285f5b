package io.svmcoord.loadtest.bench;

import io.svmcoord.server.kernel.BeginRequest;
import java.util.List;
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
 * What the coordinator itself pays for one invalidation, and for a change of subscriptions, beside
 * how many subscriptions of one address space: the whole of its rules, without threads and wire.
 * The subscriptions belong to {@value KernelUnderTest#DEVICES} device sessions.
 *
 * <p>Requests are drawn before the run and go round, so that no two in a row are near each other.
 * Each set-up prints the heap that a subscription takes, and how many sessions a begin meets.
 *
 * <pre>
 * mvn -q -ntp -Pbench -DskipTests -pl loadtest -am integration-test \
 *   -Djmh.args="-f 1 -wi 2 -i 5 -w 500ms -r 500ms -prof gc CoordinatorBenchmark"
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class CoordinatorBenchmark {
  private static final int REQUESTS = 1 << 14;
  private static final long SEED = 20;

  /** What begins meet. */
  public enum Scene {
    /** Short subscriptions at random places, and a page between them: nobody is told. */
    UNIFORM_MISS(SubscriptionShape.UNIFORM),
    /** The same, and 16 pages: about 3 sessions are told. */
    UNIFORM_HIT(SubscriptionShape.UNIFORM),
    /** Regions in regions, and a page: one session for each level, 4 to 7. */
    NESTED_HIT(SubscriptionShape.NESTED);

    private final SubscriptionShape shape;

    Scene(SubscriptionShape shape) {
      this.shape = shape;
    }

    boolean isMiss() {
      return this == UNIFORM_MISS;
    }
  }

  /** A space full of subscriptions, and begins to come. */
  @State(Scope.Benchmark)
  public static class Space {
    @Param({"1000", "10000", "100000", "1000000"})
    int size;

    @Param Scene scene = Scene.UNIFORM_HIT;

    private KernelUnderTest kernel = new KernelUnderTest();
    private List<BeginRequest> begins = List.of();
    private List<KernelUnderTest.Change> changes = List.of();
    private int next;

    @Setup(Level.Trial)
    public void fill() {
      Random random = new Random(SEED);
      long emptyBytes = HeapUse.afterGcBytes();
      kernel = new KernelUnderTest();
      kernel.subscribe(scene.shape, size, random);
      long fullBytes = HeapUse.afterGcBytes();
      begins = kernel.begins(scene.shape, size, scene.isMiss(), REQUESTS, random);
      changes = kernel.changes(scene.shape, size, REQUESTS, random);
      long acks = 0;
      for (int i = 0; i < REQUESTS; i++) {
        acks += invalidate();
      }
      System.out.printf(
          "# %s %,d: %.1f bytes of heap per subscription, %.1f sessions per begin%n",
          scene, size, (double) (fullBytes - emptyBytes) / size, (double) acks / REQUESTS);
    }

    private int turn() {
      next = (next + 1) & (REQUESTS - 1);
      return next;
    }

    int invalidate() {
      return kernel.invalidate(begins.get(turn()));
    }

    long subscribeAndUnsubscribe() {
      return kernel.subscribeAndUnsubscribe(changes.get(turn()));
    }
  }

  /** A begin of one range, the acks of all whom it concerns, its end. */
  @Benchmark
  public int beginAcksEnd(Space state) {
    return state.invalidate();
  }

  /** One device adds a subscription and removes it, the others as they are. */
  @Benchmark
  public long subscribeAndUnsubscribe(Space state) {
    return state.subscribeAndUnsubscribe();
  }
}
