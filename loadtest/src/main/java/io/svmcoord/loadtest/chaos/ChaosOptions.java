package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.server.kernel.KernelConfig;
import java.time.Duration;

/**
 * What to run, and for how long. Immutable.
 *
 * @param duration of the faults; the settling comes after it
 * @param seed of the schedule and of all other random numbers
 * @param devices how many
 * @param devicesPerProcess of them in one process: what is killed and paused is a process
 * @param mappers how many, in one process
 * @param changesPerSecond of the host's pages
 * @param readsPerSecond of all devices together
 * @param ttl of all leases
 */
public record ChaosOptions(
    Duration duration,
    long seed,
    int devices,
    int devicesPerProcess,
    int mappers,
    int changesPerSecond,
    int readsPerSecond,
    Duration ttl) {
  /** Most devices of one run. */
  public static final int DEVICES_MAX = 1_000;

  /** Most processes of devices: each is a JVM. */
  public static final int DEVICE_PROCESSES_MAX = 64;

  /** Time that a device has for an ack; then it is evicted and its lease waited out. */
  static final Duration ACK_DEADLINE = Duration.ofSeconds(1);

  /** What a busy machine may add to a begin: threads and processes wait for their turn. */
  static final Duration SLACK = Duration.ofSeconds(1);

  private static final Duration DURATION_MIN = Duration.ofSeconds(10);

  /** Checks the values that nobody else checks. */
  public ChaosOptions {
    require("--devices", devices, 1, DEVICES_MAX);
    require("--devices-per-process", devicesPerProcess, 1, DEVICES_MAX);
    require("--mappers", mappers, 0, 100);
    require("--changes-per-second", changesPerSecond, 1, 1_000_000);
    require("--reads-per-second", readsPerSecond, 1, 10_000_000);
    if (duration.compareTo(DURATION_MIN) < 0) {
      throw RunFailure.badUsage(
          "--duration: %d ms (expected: at least %d s)"
              .formatted(duration.toMillis(), DURATION_MIN.toSeconds()));
    }
    int processes = Math.ceilDiv(devices, devicesPerProcess);
    if (processes > DEVICE_PROCESSES_MAX) {
      throw RunFailure.badUsage(
          "--devices-per-process: %d, so %d processes (expected: at most %d)"
              .formatted(devicesPerProcess, processes, DEVICE_PROCESSES_MAX));
    }
  }

  /** Processes of devices. */
  int deviceProcesses() {
    return Math.ceilDiv(devices, devicesPerProcess);
  }

  /** Longest time from a begin's arrival to its answer (promise G2). */
  Duration bound() {
    return ACK_DEADLINE.plus(ttl).plus(guard());
  }

  /** Safety margin of a lease. */
  Duration guard() {
    return Duration.ofNanos(KernelConfig.DEFAULTS.guardNanos(ttl.toNanos()));
  }

  private static void require(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw RunFailure.badUsage(option + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
