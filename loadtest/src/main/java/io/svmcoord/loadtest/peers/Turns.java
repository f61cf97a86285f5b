package io.svmcoord.loadtest.peers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How contenders take turns: every round is one turn of each, and every round begins with another
 * one. So a neighbour's load or a slow minute befalls them alike, and a ratio is one of the same
 * round. Immutable.
 *
 * @param rounds turns of each
 * @param duration for how long operations are counted in a turn
 * @param warmup for how long each runs before its first turn
 */
public record Turns(int rounds, Duration duration, Duration warmup) {
  /** Checks each value. */
  public Turns {
    if (rounds < 1 || rounds > PeersOptions.ROUNDS_MAX) {
      throw new IllegalArgumentException(
          "rounds: " + rounds + " (expected: 1 to " + PeersOptions.ROUNDS_MAX + ")");
    }
    PeersOptions.requireTurn("duration", duration);
    PeersOptions.requireTurn("warmup", warmup);
  }

  /**
   * Has them take turns; blocks until the last is over.
   *
   * @return the samples of each, by round, in the order of the contenders
   */
  static <C, S> Map<C, List<S>> take(List<C> contenders, int rounds, Function<C, S> turn) {
    Map<C, List<S>> samples = new LinkedHashMap<>();
    contenders.forEach(each -> samples.put(each, new ArrayList<>()));
    List<C> inTurn = new ArrayList<>(contenders);
    for (int round = 0; round < rounds; round++) {
      for (C each : inTurn) {
        S taken = turn.apply(each);
        samples.computeIfAbsent(each, key -> new ArrayList<>()).add(taken);
      }
      Collections.rotate(inTurn, 1);
    }
    return samples;
  }
}
