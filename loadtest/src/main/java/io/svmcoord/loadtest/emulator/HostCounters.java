package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.FanOut;
import io.svmcoord.loadtest.report.HostStats;
import io.svmcoord.loadtest.report.LateBegin;
import io.svmcoord.loadtest.report.Latencies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/** What an emulated host counts. Thread-safe. */
final class HostCounters {
  final RunClock clock = new RunClock();
  final Counters byKind = new Counters();
  final Counters failed = new Counters();
  final Counters notAcked = new Counters();
  final Counters faultErrors = new Counters();
  final LongAdder unfinished = new LongAdder();
  final LongAdder wouldBlock = new LongAdder();
  final LongAdder forceEnded = new LongAdder();
  final LongAdder withheld = new LongAdder();
  final LongAdder forks = new LongAdder();
  final LongAdder faults = new LongAdder();
  final SessionEvents session = new SessionEvents();

  private final AtomicLong running = new AtomicLong();
  private final AtomicLong runningMax = new AtomicLong();
  private final Histogram begins = Latencies.create();
  private final long lateNanos;

  /** Guarded by itself. */
  private final List<LateBegin> lateBegins = new ArrayList<>();

  private final LongAdder lateBeginsMore = new LongAdder();

  /**
   * All zero.
   *
   * @param late begins that take longer are told of one by one
   */
  HostCounters(Duration late) {
    this.lateNanos = late.toNanos();
  }

  /** Counts an invalidation as running; {@link #leave} goes with it. */
  void enter() {
    runningMax.accumulateAndGet(running.incrementAndGet(), Math::max);
  }

  void leave() {
    running.decrementAndGet();
  }

  /** A begin was answered or failed, whichever way. */
  void finished(long startNanos, String outcome) {
    long nanos = System.nanoTime() - startNanos;
    if (nanos <= lateNanos) {
      return;
    }
    synchronized (lateBegins) {
      if (lateBegins.size() < HostStats.LATE_BEGINS_MAX) {
        lateBegins.add(new LateBegin(startNanos, nanos, outcome));
      } else {
        lateBeginsMore.increment();
      }
    }
  }

  void begun(long nanos, FanOut fanOut) {
    synchronized (begins) {
      Latencies.record(begins, nanos);
    }
    for (FanOut.Missing missing : fanOut.notAcked()) {
      notAcked.increment(missing.outcome().name().toLowerCase(Locale.ROOT));
    }
  }

  HostStats stats() {
    var byKindNow = byKind.snapshot();
    String histogram;
    long maxNanos;
    synchronized (begins) {
      histogram = Latencies.encode(begins);
      maxNanos = begins.getMaxValue();
    }
    List<LateBegin> late;
    synchronized (lateBegins) {
      late = List.copyOf(lateBegins);
    }
    return new HostStats(
        clock.elapsedNanos(),
        byKindNow.values().stream().mapToLong(Long::longValue).sum(),
        byKindNow,
        runningMax.get(),
        unfinished.sum(),
        failed.snapshot(),
        wouldBlock.sum(),
        forceEnded.sum(),
        withheld.sum(),
        notAcked.snapshot(),
        forks.sum(),
        faults.sum(),
        faultErrors.snapshot(),
        session.counts(),
        maxNanos,
        late,
        lateBeginsMore.sum(),
        histogram);
  }
}
