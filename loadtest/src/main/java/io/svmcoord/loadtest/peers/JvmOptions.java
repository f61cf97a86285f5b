package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.system.Peer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Which JVMs to compare. Immutable.
 *
 * @param jvms options of each, separated by spaces, beyond those that this process has
 * @param devices how many each operation has to reach
 * @param outstanding operations that run at once, cells of their own for each number
 * @param turns how they take turns
 */
public record JvmOptions(List<String> jvms, int devices, List<Integer> outstanding, Turns turns) {
  private static final List<String> COLLECTORS =
      List.of("UseSerialGC", "UseParallelGC", "UseG1GC", "UseZGC");

  /** Most JVMs at once: each has two more for its clients. */
  private static final int JVMS_MAX = 16;

  /** Checks each value. */
  public JvmOptions {
    jvms = List.copyOf(jvms);
    outstanding = List.copyOf(outstanding);
    if (jvms.isEmpty() || jvms.size() > JVMS_MAX || new HashSet<>(jvms).size() < jvms.size()) {
      throw new IllegalArgumentException(
          "jvm: " + jvms + " (expected: 1 to " + JVMS_MAX + ", each once)");
    }
    if (devices < 1 || devices > Peer.DEVICES_MAX) {
      throw new IllegalArgumentException(
          "devices: " + devices + " (expected: 1 to " + Peer.DEVICES_MAX + ")");
    }
    for (int each : outstanding) {
      if (each < 1 || each > PeersOptions.OUTSTANDING_MAX) {
        throw new IllegalArgumentException(
            "outstanding: " + each + " (expected: 1 to " + PeersOptions.OUTSTANDING_MAX + ")");
      }
    }
  }

  /** Each collector, with headers of 8 bytes and of 12. */
  public static List<String> matrix() {
    List<String> matrix = new ArrayList<>();
    for (String collector : COLLECTORS) {
      matrix.add("-XX:+" + collector + " -XX:+UseCompactObjectHeaders");
      matrix.add("-XX:+" + collector + " -XX:-UseCompactObjectHeaders");
    }
    return matrix;
  }
}
