package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerHost;
import java.util.HashSet;
import java.util.List;

/**
 * What to compare. Immutable.
 *
 * @param systems names of the systems
 * @param baseline the system that all others are divided by; it need not be one of them
 * @param devices how many devices each operation has to reach, one cell for each number
 * @param outstanding operations that run at once, one cell for each number
 * @param turns how the systems take turns in a cell
 */
public record PeersOptions(
    List<String> systems,
    String baseline,
    List<Integer> devices,
    List<Integer> outstanding,
    Turns turns) {
  /** The baseline that is meant where nothing else is said. */
  public static final String BASELINE = "grpc-relay";

  /** Most operations at once. */
  public static final int OUTSTANDING_MAX = PeerHost.SLOTS;

  /** Operations that run at once in the warm-ups before the first cell. */
  static final int COMPILING_OUTSTANDING = 16;

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
}
