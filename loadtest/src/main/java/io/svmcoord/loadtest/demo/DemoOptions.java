package io.svmcoord.loadtest.demo;

import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to demonstrate. Immutable.
 *
 * @param duration for how long pages are changed and read
 * @param devices sessions that mirror the host's pages
 * @param mappers clients that validate page lists
 * @param isProcesses each role in a process of its own
 * @param devicesPerProcess devices of one process, with {@code isProcesses}
 * @param pages pages of the host's address space
 * @param changes loops that change pages at the same time
 * @param changesPerSecond of all of them together; 0: as fast as they go
 * @param readsPerSecond page reads of all devices together; 0: as fast as they go
 * @param ttl time to live of leases
 * @param seed of all random numbers
 * @param adminPort of the coordinator's metrics; 0 lets the system choose; null: 7071 if it is free
 */
public record DemoOptions(
    Duration duration,
    int devices,
    int mappers,
    boolean isProcesses,
    int devicesPerProcess,
    int pages,
    int changes,
    int changesPerSecond,
    int readsPerSecond,
    Duration ttl,
    long seed,
    @Nullable Integer adminPort) {
  /** Most devices of one demonstration. */
  public static final int DEVICES_MAX = 1_000;

  /** Most mappers of one demonstration. */
  public static final int MAPPERS_MAX = 100;

  /**
   * Time that devices have for an ack. Longer than a lease, so that a device that is gone is given
   * up when its lease is over, and one that is merely slow, on a machine with much to do, is not.
   */
  static final Duration ACK_DEADLINE = Duration.ofSeconds(10);

  private static final int PORT_MAX = 65_535;

  /** Checks the values that nobody else checks. */
  public DemoOptions {
    require("--devices", devices, 1, DEVICES_MAX);
    require("--mappers", mappers, 0, MAPPERS_MAX);
    require("--devices-per-process", devicesPerProcess, 1, DEVICES_MAX);
    require("--changes", changes, 1, 1_024);
    require("--changes-per-second", changesPerSecond, 0, 1_000_000);
    require("--reads-per-second", readsPerSecond, 0, 10_000_000);
    if (adminPort != null) {
      require("--admin-port", adminPort, 0, PORT_MAX);
    }
    if (!duration.isPositive()) {
      throw RunFailure.badUsage("--duration: " + duration.toMillis() + "ms (expected: above 0)");
    }
  }

  /** Page reads of each device, for each second; 0: as fast as it goes. */
  int readsPerSecondOfDevice() {
    return readsPerSecond == 0 ? 0 : Math.max(1, readsPerSecond / devices);
  }

  private static void require(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw RunFailure.badUsage(option + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
