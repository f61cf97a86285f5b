package io.svmcoord.client;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The counters behind {@link MirrorStats}. Confined to the mirror's lock, but for refusals. */
final class MirrorCounters {
  long faults;
  long waits;
  long invalidations;
  long tearDowns;
  long fences;

  /** Counted by whoever did not get the lock, and must not take it: the next might be refused. */
  final AtomicLong refusals = new AtomicLong();

  private final Map<RetryResult, Long> retries = new EnumMap<>(RetryResult.class);

  void retry(RetryResult cause) {
    retries.merge(cause, 1L, Long::sum);
  }

  MirrorStats snapshot() {
    return new MirrorStats(
        faults, retries, waits, invalidations, tearDowns, refusals.get(), fences);
  }
}
