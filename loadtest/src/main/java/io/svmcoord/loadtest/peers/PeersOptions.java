package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerHost;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * What to compare. Immutable.
 *
 * @param systems names of the systems
 * @param baseline the system that all others are divided by; it need not be one of them
 * @param devices how many devices each operation has to reach, one cell for each number
 * @param outstanding operations that run at once, one cell for each number
 * @param rounds turns of each system in a cell
 * @param duration for how long operations are counted in a turn
 * @param warmup for how long each system runs before a cell; before the first one {@link
 *     #FIRST_WARMUPS} times as long
 */
public record PeersOptions(
    List<String> systems,
    String baseline,
    List<Integer> devices,
    List<Integer> outstanding,
    int rounds,
    Duration duration,
    Duration warmup) {
  /** The baseline that is meant where nothing else is said. */
  public static final String BASELINE = "grpc-relay";

  /** Most operations at once. */
  public static final int OUTSTANDING_MAX = PeerHost.SLOTS;

  /** Most turns of a system in a cell. */
  public static final int ROUNDS_MAX = 1_000;

  /** Warm-ups before the first cell: compiling takes longer than caches. */
  public static final int FIRST_WARMUPS = 5;

  /** Operations that run at once in these. */
  static final int COMPILING_OUTSTANDING = 16;

  private static final Duration TIME_MIN = Duration.ofMillis(10);
  private static final Duration TIME_MAX = Duration.ofMinutes(5);

  /** Checks each value. */
  public PeersOptions {
    systems = List.copyOf(systems);
    devices = List.copyOf(devices);
    outstanding = List.copyOf(outstanding);
    requireList("systems", systems);
    PeerCatalog.of(baseline);
    requireList("devices", devices);
    for (String system : systems) {
      Peer peer = PeerCatalog.of(system);
      devices.forEach(
          each -> requireWithin("devices", each, peer.devicesMin(), peer.devicesMax(), system));
    }
    requireList("outstanding", outstanding);
    outstanding.forEach(each -> requireWithin("outstanding", each, 1, OUTSTANDING_MAX));
    requireWithin("rounds", rounds, 1, ROUNDS_MAX);
    requireTurn("duration", duration);
    requireTurn("warmup", warmup);
  }

  /** Names of all systems that take any number of devices. */
  public static List<String> fanOutSystems() {
    return PeerCatalog.fanOutNames();
  }

  private static void requireList(String option, List<?> values) {
    if (values.isEmpty() || new HashSet<>(values).size() < values.size()) {
      throw new IllegalArgumentException(
          option + ": " + values + " (expected: one or more, each once)");
    }
  }

  private static void requireWithin(String option, int value, int min, int max, String... systems) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d to %d%s)"
              .formatted(
                  option,
                  value,
                  min,
                  max,
                  systems.length == 0 ? "" : " for " + String.join(", ", systems)));
    }
  }

  static void requireTurn(String option, Duration value) {
    if (value.compareTo(TIME_MIN) < 0 || value.compareTo(TIME_MAX) > 0) {
      throw new IllegalArgumentException(
          "%s: %dms (expected: %dms to %dms)"
              .formatted(option, value.toMillis(), TIME_MIN.toMillis(), TIME_MAX.toMillis()));
    }
  }
}
