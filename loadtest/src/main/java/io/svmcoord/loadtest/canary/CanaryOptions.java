package io.svmcoord.loadtest.canary;

import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a canary does. Immutable.
 *
 * @param target the coordinator
 * @param name of its space and sessions; one canary per name
 * @param interval from the start of one probe to that of the next
 * @param ttl of its sessions' leases
 * @param waitBound how long a reader that has nothing to wait for may take
 * @param count how many probes; without one, no limit
 * @param duration for how long; without one, until it is told to stop
 */
public record CanaryOptions(
    String target,
    String name,
    Duration interval,
    Duration ttl,
    Duration waitBound,
    OptionalLong count,
    Optional<Duration> duration) {
  /** Time that the canary's device has for an ack. */
  static final Duration ACK_DEADLINE = Duration.ofSeconds(1);

  /** No server adds more than a guard of so many hundredths of the time to live. */
  private static final int GUARD_PERCENT_MAX = 35;

  private static final int NAME_CHARS_MAX = 64;

  /** Checks the values. */
  public CanaryOptions {
    if (!name.matches("[A-Za-z0-9._-]{1," + NAME_CHARS_MAX + "}")) {
      throw RunFailure.badUsage(
          "--name: %s (expected: 1 to %d of A-Z a-z 0-9 . _ -)".formatted(name, NAME_CHARS_MAX));
    }
    require("--interval", interval, Duration.ofMillis(10), Duration.ofHours(1));
    require("--ttl", ttl, Duration.ofMillis(500), Duration.ofSeconds(60));
    require("--wait-bound", waitBound, Duration.ofMillis(10), Duration.ofSeconds(60));
    if (count.isPresent() && count.getAsLong() < 1) {
      throw RunFailure.badUsage("--count: " + count.getAsLong() + " (expected: at least 1)");
    }
    duration.ifPresent(
        time -> require("--duration", time, Duration.ofMillis(1), Duration.ofDays(3650)));
  }

  private static void require(String option, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw RunFailure.badUsage("%s: %s (expected: %s to %s)".formatted(option, value, min, max));
    }
  }

  /** Name of its address space. */
  String spaceName() {
    return "svm-canary/" + name;
  }

  /**
   * Longest that a begin may take (promise G2): the ack deadline, the lease and the largest guard,
   * and a round trip. Longer than a lease, so that a coordinator that is not in reach shows as a
   * lost session and not as a late begin.
   */
  Duration beginBound() {
    return ACK_DEADLINE
        .plus(ttl)
        .plus(ttl.multipliedBy(GUARD_PERCENT_MAX).dividedBy(100))
        .plus(waitBound);
  }
}
