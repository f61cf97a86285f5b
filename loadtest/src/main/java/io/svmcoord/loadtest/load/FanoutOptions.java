package io.svmcoord.loadtest.load;

import io.svmcoord.loadtest.report.RunFailure;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to measure. Immutable.
 *
 * @param target coordinator; null starts one as a process of its own
 * @param devices sessions that each begin has to reach
 * @param connections TCP connections that they share
 * @param outstanding begins that run at once
 * @param duration for how long operations are counted
 * @param warmup for how long they run before that
 * @param ttl time to live of all leases
 * @param ackDeadline after which a device that has not acked is evicted
 */
public record FanoutOptions(
    @Nullable InetSocketAddress target,
    int devices,
    int connections,
    int outstanding,
    Duration duration,
    Duration warmup,
    Duration ttl,
    Duration ackDeadline) {
  /** Most devices of one run. */
  public static final int DEVICES_MAX = 20_000;

  /** Most begins that run at once. */
  public static final int OUTSTANDING_MAX = 1_024;

  /** Longest run. */
  public static final Duration DURATION_MAX = Duration.ofHours(24);

  /** Checks each value. */
  public FanoutOptions {
    requireWithin("--devices", devices, 1, DEVICES_MAX);
    requireWithin("--connections", connections, 1, devices);
    requireWithin("--outstanding", outstanding, 1, OUTSTANDING_MAX);
    requireWithin("--duration", duration, Duration.ofMillis(100), DURATION_MAX);
    requireWithin("--warmup", warmup, Duration.ZERO, DURATION_MAX);
    requireWithin("--ttl", ttl, Duration.ofMillis(500), Duration.ofSeconds(60));
    requireWithin("--ack-deadline", ackDeadline, Duration.ofMillis(1), Duration.ofSeconds(60));
  }

  private static void requireWithin(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw RunFailure.badUsage(option + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }

  private static void requireWithin(String option, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw RunFailure.badUsage(
          option
              + ": "
              + value.toMillis()
              + "ms (expected: "
              + min.toMillis()
              + "ms to "
              + max.toMillis()
              + "ms)");
    }
  }
}
