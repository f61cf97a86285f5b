package io.svmcoord.loadtest.emulator;

import io.svmcoord.client.MirrorStats;
import io.svmcoord.loadtest.check.ReadTally;
import io.svmcoord.loadtest.report.DeviceStats;
import io.svmcoord.loadtest.report.ReadStats;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What emulated devices count together. Thread-safe. */
final class DeviceCounters {
  final RunClock clock = new RunClock();
  final ReadTally reads = new ReadTally();
  final LongAdder writes = new LongAdder();
  final LongAdder discarded = new LongAdder();
  final LongAdder childMirrors = new LongAdder();
  final Counters faultErrors = new Counters();
  final SessionEvents sessions = new SessionEvents();

  private final LongAdder faults = new LongAdder();
  private final Counters retries = new Counters();
  private final LongAdder waits = new LongAdder();
  private final LongAdder invalidations = new LongAdder();
  private final LongAdder tearDowns = new LongAdder();
  private final LongAdder refusals = new LongAdder();

  /** Takes over the counters of a mirror that is closed. */
  void addClosed(MirrorStats mirror) {
    faults.add(mirror.faults());
    mirror.retries().forEach((cause, count) -> retries.add(lower(cause), count));
    waits.add(mirror.waits());
    invalidations.add(mirror.invalidations());
    tearDowns.add(mirror.tearDowns());
    refusals.add(mirror.refusals());
  }

  /**
   * The counters.
   *
   * @param mirrors of mirrors that are open
   */
  DeviceStats stats(int devices, Collection<MirrorStats> mirrors) {
    Map<String, Long> retriesNow = new TreeMap<>(retries.snapshot());
    long faultsNow = faults.sum();
    long waitsNow = waits.sum();
    long invalidationsNow = invalidations.sum();
    long tearDownsNow = tearDowns.sum();
    long refusalsNow = refusals.sum();
    for (MirrorStats mirror : mirrors) {
      mirror.retries().forEach((cause, count) -> retriesNow.merge(lower(cause), count, Long::sum));
      faultsNow += mirror.faults();
      waitsNow += mirror.waits();
      invalidationsNow += mirror.invalidations();
      tearDownsNow += mirror.tearDowns();
      refusalsNow += mirror.refusals();
    }
    return new DeviceStats(
        clock.elapsedNanos(),
        devices,
        readStats(reads),
        writes.sum(),
        discarded.sum(),
        faultsNow,
        faultErrors.snapshot(),
        retriesNow,
        waitsNow,
        invalidationsNow,
        tearDownsNow,
        refusalsNow,
        childMirrors.sum(),
        sessions.counts());
  }

  static ReadStats readStats(ReadTally tally) {
    Map<String, Long> byReason = new TreeMap<>();
    tally.staleByReason().forEach((reason, count) -> byReason.put(lower(reason), count));
    return new ReadStats(tally.checked(), tally.stale(), byReason, tally.examples());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
