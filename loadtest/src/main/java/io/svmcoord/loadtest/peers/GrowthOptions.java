package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.system.Peer;
import java.util.List;
import java.util.Map;

/**
 * What is to grow, and how it is measured. Immutable.
 *
 * @param values how many there are of each, ascending; each is measured by itself
 * @param fanOut devices that an operation has to reach, where these don't grow
 * @param turns how they take turns
 */
public record GrowthOptions(Map<Growth, List<Integer>> values, int fanOut, Turns turns) {
  /** How many of each, where nothing else is said. */
  public static final Map<Growth, List<Integer>> ALL =
      Map.of(
          Growth.DEVICES, List.of(1, 10, 100, 1_000),
          Growth.SPACES, List.of(1, 100, 10_000),
          Growth.SUBSCRIPTIONS, List.of(0, 1_000, 100_000),
          Growth.IDLE_SESSIONS, List.of(0, 1_000, 5_000));

  /** Most of anything. */
  private static final int VALUE_MAX = 1_000_000;

  /** Checks each value. */
  public GrowthOptions {
    values = Map.copyOf(values);
    if (fanOut < 1 || fanOut > Peer.DEVICES_MAX) {
      throw new IllegalArgumentException(
          "fanOut: " + fanOut + " (expected: 1 to " + Peer.DEVICES_MAX + ")");
    }
    values.forEach(GrowthOptions::requireAscending);
  }

  private static void requireAscending(Growth growth, List<Integer> values) {
    int min = growth == Growth.DEVICES || growth == Growth.SPACES ? 1 : 0;
    int max = growth == Growth.DEVICES ? Peer.DEVICES_MAX : VALUE_MAX;
    int before = min - 1;
    for (int value : values) {
      if (value <= before || value > max) {
        throw new IllegalArgumentException(
            "%s: %s (expected: ascending, %d to %d)".formatted(growth.text(), values, min, max));
      }
      before = value;
    }
    if (values.size() < 2) {
      throw new IllegalArgumentException(
          growth.text() + ": " + values + " (expected: two or more, ascending)");
    }
  }
}
