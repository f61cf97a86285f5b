package io.svmcoord.loadtest.emulator;

import io.svmcoord.loadtest.check.ReadTally;
import io.svmcoord.loadtest.report.MapperStats;
import java.util.concurrent.atomic.LongAdder;

/** What emulated mappers count together. Thread-safe. */
final class MapperCounters {
  final RunClock clock = new RunClock();
  final ReadTally reads = new ReadTally();
  final LongAdder snapshots = new LongAdder();
  final Counters retries = new Counters();
  final Counters failures = new Counters();

  MapperStats stats(int mappers) {
    return new MapperStats(
        clock.elapsedNanos(),
        mappers,
        DeviceCounters.readStats(reads),
        snapshots.sum(),
        retries.snapshot(),
        failures.snapshot());
  }
}
