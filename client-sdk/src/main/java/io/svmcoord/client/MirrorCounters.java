package io.svmcoord.client;

import java.util.EnumMap;
import java.util.Map;

/** The counters behind {@link MirrorStats}. Confined to the mirror's lock. */
final class MirrorCounters {
  long faults;
  long waits;
  long invalidations;
  long tearDowns;
  long refusals;
  long fences;
  private final Map<RetryResult, Long> retries = new EnumMap<>(RetryResult.class);

  void retry(RetryResult cause) {
    retries.merge(cause, 1L, Long::sum);
  }

  MirrorStats snapshot() {
    return new MirrorStats(faults, retries, waits, invalidations, tearDowns, refusals, fences);
  }
}
