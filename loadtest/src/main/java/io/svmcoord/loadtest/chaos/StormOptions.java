package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;

/**
 * What is cut off, and how often. Immutable.
 *
 * @param devices how many, one session each
 * @param devicesPerProcess of them in one process
 * @param storms times that all of them are cut off at once
 * @param calm time before each of them, in which all are connected
 * @param changesPerSecond of the host's pages
 * @param ackDeadline of each begin
 * @param ttl of all leases
 * @param seed of the random numbers
 */
public record StormOptions(
    int devices,
    int devicesPerProcess,
    int storms,
    Duration calm,
    int changesPerSecond,
    Duration ackDeadline,
    Duration ttl,
    long seed) {
  private static final int DEVICES_MAX = 50_000;
  private static final int STORMS_MAX = 100;
  private static final Duration CALM_MAX = Duration.ofMinutes(10);

  /** What a busy machine may add to a begin: threads and processes wait for their turn. */
  static final Duration SLACK = Duration.ofSeconds(1);

  /** Checks the values that nobody else checks. */
  public StormOptions {
    require("--devices", devices, 1, DEVICES_MAX);
    require("--devices-per-process", devicesPerProcess, 1, 10_000);
    require("--storms", storms, 1, STORMS_MAX);
    if (calm.isNegative() || calm.compareTo(CALM_MAX) > 0) {
      throw RunFailure.badUsage(
          "--calm: %d ms (expected: 0s to %d s)".formatted(calm.toMillis(), CALM_MAX.toSeconds()));
    }
    require("--changes-per-second", changesPerSecond, 1, 1_000_000);
    int processes = Math.ceilDiv(devices, devicesPerProcess);
    if (processes > ChaosOptions.DEVICE_PROCESSES_MAX) {
      throw RunFailure.badUsage(
          "--devices-per-process: %d, so %d processes (expected: at most %d)"
              .formatted(devicesPerProcess, processes, ChaosOptions.DEVICE_PROCESSES_MAX));
    }
  }

  /** Processes of devices. */
  int processes() {
    return Math.ceilDiv(devices, devicesPerProcess);
  }

  /** Longest time from a begin's arrival to its answer (promise G2). */
  Duration bound() {
    return ackDeadline.plus(ttl).plus(ChaosOptions.guard(ttl));
  }

  private static void require(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw RunFailure.badUsage(option + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
