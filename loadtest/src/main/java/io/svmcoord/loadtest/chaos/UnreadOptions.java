package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;

/**
 * How long a stream is not read, and under what load. Immutable.
 *
 * @param duration time that the device does not read
 * @param beginsPerSecond of 256 ranges each, that it would have to read
 * @param devices of the space beside it, whose begins are measured
 */
public record UnreadOptions(Duration duration, int beginsPerSecond, int devices) {
  private static final Duration DURATION_MIN = Duration.ofSeconds(1);
  private static final Duration DURATION_MAX = Duration.ofMinutes(10);

  /** A hundred times a second, at most half as many as one message may have commands. */
  private static final int BEGINS_MAX = 10_000;

  private static final int DEVICES_MAX = 1_000;

  /** Checks the values. */
  public UnreadOptions {
    if (duration.compareTo(DURATION_MIN) < 0 || duration.compareTo(DURATION_MAX) > 0) {
      throw RunFailure.badUsage(
          "--duration: %d ms (expected: %d to %d s)"
              .formatted(duration.toMillis(), DURATION_MIN.toSeconds(), DURATION_MAX.toSeconds()));
    }
    require("--begins-per-second", beginsPerSecond, FloodHost.BATCHES_PER_SECOND, BEGINS_MAX);
    require("--devices", devices, 1, DEVICES_MAX);
  }

  private static void require(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw RunFailure.badUsage(option + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
