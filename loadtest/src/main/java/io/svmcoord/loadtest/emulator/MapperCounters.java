package io.svmcoord.loadtest.emulator;

import io.svmcoord.loadtest.check.ReadTally;
import io.svmcoord.loadtest.report.MapperStats;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What emulated mappers count together. Thread-safe. */
final class MapperCounters {
  final ReadTally reads = new ReadTally();
  final LongAdder snapshots = new LongAdder();
  final Counters retries = new Counters();
  final Counters failures = new Counters();

  private final long startNanos = System.nanoTime();
  private final AtomicLong stopNanos = new AtomicLong();

  void stopClock() {
    stopNanos.compareAndSet(0, System.nanoTime());
  }

  MapperStats stats(int mappers) {
    long end = stopNanos.get();
    return new MapperStats(
        (end == 0 ? System.nanoTime() : end) - startNanos,
        mappers,
        DeviceCounters.readStats(reads),
        snapshots.sum(),
        retries.snapshot(),
        failures.snapshot());
  }
}
