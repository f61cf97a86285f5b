package io.svmcoord.server.kernel;

import java.util.Map;

/**
 * Gauges over the whole state. Immutable.
 *
 * @param spaces address spaces
 * @param devices device sessions that are not over, by state; and expired ones that are listed
 * @param hosts host sessions likewise, those made for one invalidation included
 * @param evictedClients clients whose evictions are not forgotten
 * @param subscriptions subscriptions of all spaces
 * @param runningInvalidations running invalidations of all spaces
 * @param waitingReaders waiting readers of all spaces
 * @param oldestUnackedNanos age of the oldest begin that still waits for an ack; 0 if none does
 * @param graceLeftNanos time until the grace is over at the latest; 0 when it is
 * @param graceSessions known sessions that the grace waits for
 */
public record KernelCounts(
    int spaces,
    Map<SessionState, Integer> devices,
    Map<SessionState, Integer> hosts,
    int evictedClients,
    long subscriptions,
    int runningInvalidations,
    int waitingReaders,
    long oldestUnackedNanos,
    long graceLeftNanos,
    int graceSessions) {
  /** Copies the maps. */
  public KernelCounts {
    devices = Map.copyOf(devices);
    hosts = Map.copyOf(hosts);
  }
}
