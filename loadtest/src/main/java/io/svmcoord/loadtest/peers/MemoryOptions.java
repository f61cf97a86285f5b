package io.svmcoord.loadtest.peers;

import java.util.List;

/**
 * What to weigh. Immutable.
 *
 * @param streams numbers of idle device streams, one cell each
 * @param connections TCP connections where streams share them
 * @param subscriptions subscriptions, of ten sessions
 * @param rounds times that each is weighed
 */
public record MemoryOptions(List<Integer> streams, int connections, int subscriptions, int rounds) {
  /** Most idle streams: files of a process, and ports of a machine, go no further. */
  public static final int STREAMS_MAX = 15_000;

  private static final int SUBSCRIPTIONS_MIN = 1_000;
  private static final int SUBSCRIPTIONS_MAX = 4_000_000;

  /** Checks each value. */
  public MemoryOptions {
    streams = List.copyOf(streams);
    if (streams.isEmpty()) {
      throw new IllegalArgumentException("streams: [] (expected: one or more)");
    }
    streams.forEach(each -> requireWithin("streams", each, 1, STREAMS_MAX));
    requireWithin("connections", connections, 1, STREAMS_MAX);
    requireWithin("subscriptions", subscriptions, SUBSCRIPTIONS_MIN, SUBSCRIPTIONS_MAX);
    requireWithin("rounds", rounds, 1, Turns.ROUNDS_MAX);
  }

  private static void requireWithin(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          option + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
