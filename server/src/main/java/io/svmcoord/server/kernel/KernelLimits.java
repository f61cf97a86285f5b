package io.svmcoord.server.kernel;

/**
 * Limits of the coordinator's state. What meets one is refused with {@link Refusal.LimitReached},
 * unless said otherwise. Immutable.
 *
 * @param spacesMax address spaces
 * @param sessionsMax sessions that are not over
 * @param subscriptionsPerSessionMax subscriptions of one session, over all spaces
 * @param subscriptionsPerSpaceMax subscriptions of one space
 * @param updateSizeMax subscriptions that one update adds, and that it removes
 * @param runningPerSpaceMax running invalidations and postponed begins of one space
 * @param runningPerSessionMax running invalidations of one host session, over all spaces
 * @param rangesMax ranges of one begin or read
 * @param waitingReadersPerSpaceMax waiting readers of one space
 * @param reservationsPerSpaceMax reservations of one space; past it, a reader gets none with its
 *     token
 * @param unackedPerSessionMax acks that one session may owe; past it, it is evicted
 * @param endedSessionsMax sessions that are over and still listed; the oldest is forgotten
 * @param evictedClientsMax clients whose evictions are remembered, so that they stay away for a
 *     while; the one whose last is longest ago is forgotten
 * @param forcedEndsMax forced ends that a late host can still be told of; the oldest is forgotten
 * @param sequenceSegmentsMax segments of a space's last-invalidated map; past it, neighbours merge
 * @param timersPerAdvanceMax timers that one {@link Coordinator#advanceTo} handles
 * @param nameCharsMax characters of a name of a space or session
 * @param versionCharsMax characters of a client version
 * @param detailCharsMax characters that are kept of a text for people
 */
public record KernelLimits(
    int spacesMax,
    int sessionsMax,
    int subscriptionsPerSessionMax,
    int subscriptionsPerSpaceMax,
    int updateSizeMax,
    int runningPerSpaceMax,
    int runningPerSessionMax,
    int rangesMax,
    int waitingReadersPerSpaceMax,
    int reservationsPerSpaceMax,
    int unackedPerSessionMax,
    int endedSessionsMax,
    int evictedClientsMax,
    int forcedEndsMax,
    int sequenceSegmentsMax,
    int timersPerAdvanceMax,
    int nameCharsMax,
    int versionCharsMax,
    int detailCharsMax) {
  /** What a node of ordinary size can carry. */
  public static final KernelLimits DEFAULTS =
      new KernelLimits(
          65_536, 65_536, 1 << 20, 1 << 22, 4096, 4096, 4096, 256, 65_536, 1024, 8192, 1024, 4096,
          4096, 65_536, 256, 128, 64, 256);

  /** Each limit is at least 1. */
  public KernelLimits {
    require("spacesMax", spacesMax);
    require("sessionsMax", sessionsMax);
    require("subscriptionsPerSessionMax", subscriptionsPerSessionMax);
    require("subscriptionsPerSpaceMax", subscriptionsPerSpaceMax);
    require("updateSizeMax", updateSizeMax);
    require("runningPerSpaceMax", runningPerSpaceMax);
    require("runningPerSessionMax", runningPerSessionMax);
    require("rangesMax", rangesMax);
    require("waitingReadersPerSpaceMax", waitingReadersPerSpaceMax);
    require("reservationsPerSpaceMax", reservationsPerSpaceMax);
    require("unackedPerSessionMax", unackedPerSessionMax);
    require("endedSessionsMax", endedSessionsMax);
    require("evictedClientsMax", evictedClientsMax);
    require("forcedEndsMax", forcedEndsMax);
    require("sequenceSegmentsMax", sequenceSegmentsMax);
    require("timersPerAdvanceMax", timersPerAdvanceMax);
    require("nameCharsMax", nameCharsMax);
    require("versionCharsMax", versionCharsMax);
    require("detailCharsMax", detailCharsMax);
  }

  private static void require(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
    }
  }
}
