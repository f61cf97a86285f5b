package io.svmcoord.loadtest.sim.seeds;

import io.svmcoord.loadtest.report.Numbers;
import io.svmcoord.loadtest.sim.world.SimulationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Runs seeds on several threads, each of them whole seeds. What is counted does not depend on how
 * many there are. Confined to the thread that runs it, but for its workers.
 */
public final class SeedsRun {
  /** Most failing seeds that are shown; the others are counted. */
  public static final int FAILING_KEPT_MAX = 100;

  private static final long NEWS_NANOS = 10_000_000_000L;

  private final SeedsOptions options;
  private final LongFunction<SimulationResult> world;
  private final Consumer<String> news;
  private final long startedNanos = System.nanoTime();

  // Guarded by this.
  private long started;
  private long finished;
  private long failures;
  private long simulatedNanos;
  private long events;
  private long toldNanos = startedNanos;
  private final TreeMap<Long, SimulationResult> failing = new TreeMap<>();

  private SeedsRun(
      SeedsOptions options, LongFunction<SimulationResult> world, Consumer<String> news) {
    this.options = options;
    this.world = world;
    this.news = news;
  }

  /**
   * Runs them; blocks until all are through, whatever they find.
   *
   * @param world runs a seed, on any thread
   * @param news told a line every few seconds, for people who wait
   */
  public static SeedsReport run(
      SeedsOptions options, LongFunction<SimulationResult> world, Consumer<String> news) {
    return new SeedsRun(options, world, news).runAll();
  }

  private SeedsReport runAll() {
    List<Thread> workers = new ArrayList<>();
    List<Throwable> broken = new ArrayList<>();
    for (int i = 0; i < options.threads(); i++) {
      workers.add(
          Thread.ofPlatform()
              .name("seeds-" + i)
              .uncaughtExceptionHandler(
                  (thread, error) -> {
                    synchronized (this) {
                      broken.add(error);
                    }
                  })
              .start(this::work));
    }
    workers.forEach(SeedsRun::join);
    synchronized (this) {
      if (!broken.isEmpty()) {
        throw new IllegalStateException("a seed could not be run", broken.getFirst());
      }
      return report();
    }
  }

  private static void join(Thread worker) {
    boolean isInterrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    for (long index = next(); index < options.seeds(); index = next()) {
      finished(world.apply(options.from() + index));
    }
  }

  private synchronized long next() {
    return started++;
  }

  private synchronized void finished(SimulationResult result) {
    finished++;
    simulatedNanos += result.simulatedNanos();
    events += result.steps();
    if (!result.isGood()) {
      failures++;
      failing.put(result.seed(), result);
      if (failing.size() > FAILING_KEPT_MAX) {
        failing.pollLastEntry();
      }
    }
    long nowNanos = System.nanoTime();
    if (nowNanos - toldNanos >= NEWS_NANOS && finished < options.seeds()) {
      toldNanos = nowNanos;
      news.accept(
          "%s of %s seeds, %s failures"
              .formatted(
                  Numbers.grouped(finished),
                  Numbers.grouped(options.seeds()),
                  Numbers.grouped(failures)));
    }
  }

  private SeedsReport report() {
    long elapsedNanos = System.nanoTime() - startedNanos;
    return new SeedsReport(
        finished,
        options.from(),
        failures,
        Numbers.seconds(simulatedNanos),
        events,
        Numbers.seconds(elapsedNanos),
        Numbers.perSecond(finished, elapsedNanos),
        options.threads(),
        failing.values().stream().map(SeedsReport.Failing::of).toList());
  }
}
