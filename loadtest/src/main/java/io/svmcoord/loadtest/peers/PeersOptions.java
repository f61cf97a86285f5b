package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.system.PeerHost;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * What to compare. Immutable.
 *
 * @param systems names of the systems
 * @param devices how many devices each operation has to reach, one cell for each number
 * @param outstanding operations that run at once, one cell for each number
 * @param rounds turns of each system in a cell
 * @param duration for how long operations are counted in a turn
 * @param warmup for how long each system runs before a cell; before the first one {@link
 *     #FIRST_WARMUPS} times as long
 */
public record PeersOptions(
    List<String> systems,
    List<Integer> devices,
    List<Integer> outstanding,
    int rounds,
    Duration duration,
    Duration warmup) {
  /** The system that all others are divided by. */
  public static final String BASELINE = "grpc-relay";

  /** Most devices of a system: three systems of this many are most that a machine's ports allow. */
  public static final int DEVICES_MAX = 5_000;

  /** Most operations at once. */
  public static final int OUTSTANDING_MAX = PeerHost.SLOTS;

  /** Most turns of a system in a cell. */
  public static final int ROUNDS_MAX = 1_000;

  /** Warm-ups before the first cell: compiling takes longer than caches. */
  public static final int FIRST_WARMUPS = 5;

  private static final Duration TIME_MIN = Duration.ofMillis(10);
  private static final Duration TIME_MAX = Duration.ofMinutes(5);

  /** Checks each value. */
  public PeersOptions {
    systems = List.copyOf(systems);
    devices = List.copyOf(devices);
    outstanding = List.copyOf(outstanding);
    requireList("systems", systems);
    systems.forEach(PeerCatalog::of);
    requireList("devices", devices);
    devices.forEach(each -> requireWithin("devices", each, 1, DEVICES_MAX));
    requireList("outstanding", outstanding);
    outstanding.forEach(each -> requireWithin("outstanding", each, 1, OUTSTANDING_MAX));
    requireWithin("rounds", rounds, 1, ROUNDS_MAX);
    requireWithin("duration", duration);
    requireWithin("warmup", warmup);
  }

  /** Names of all systems. */
  public static List<String> allSystems() {
    return PeerCatalog.names();
  }

  private static void requireList(String option, List<?> values) {
    if (values.isEmpty() || new HashSet<>(values).size() < values.size()) {
      throw new IllegalArgumentException(
          option + ": " + values + " (expected: one or more, each once)");
    }
  }

  private static void requireWithin(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          option + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }

  private static void requireWithin(String option, Duration value) {
    if (value.compareTo(TIME_MIN) < 0 || value.compareTo(TIME_MAX) > 0) {
      throw new IllegalArgumentException(
          "%s: %dms (expected: %dms to %dms)"
              .formatted(option, value.toMillis(), TIME_MIN.toMillis(), TIME_MAX.toMillis()));
    }
  }
}
