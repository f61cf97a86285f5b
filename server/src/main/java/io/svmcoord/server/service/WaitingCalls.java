package io.svmcoord.server.service;

import io.svmcoord.server.kernel.Refusal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the unary calls of each connection that wait for their answer, so that one client can't
 * use up what all may have waiting (promise G12). {@link ConnectionNames} tells them apart. Only
 * connections with such calls are remembered. Confined to the kernel's loop.
 */
final class WaitingCalls {
  private final int perConnectionMax;
  private final Map<Object, Integer> byConnection = new HashMap<>();

  WaitingCalls(int perConnectionMax) {
    this.perConnectionMax = perConnectionMax;
  }

  /** Why no more calls of a connection may wait; null if more may. */
  @Nullable Refusal full(Object connection) {
    // Mostly nothing waits.
    return !byConnection.isEmpty() && byConnection.getOrDefault(connection, 0) >= perConnectionMax
        ? ServiceLimits.reached("limits.waiting-calls-per-connection", perConnectionMax)
        : null;
  }

  /** A call of a connection waits. */
  void came(Object connection) {
    byConnection.merge(connection, 1, Integer::sum);
  }

  /** A call of a connection that waited is over. */
  void went(Object connection) {
    byConnection.computeIfPresent(connection, (key, count) -> count == 1 ? null : count - 1);
  }
}
