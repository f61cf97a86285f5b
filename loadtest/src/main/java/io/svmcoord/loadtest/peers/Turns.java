package io.svmcoord.loadtest.peers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How contenders take turns: every round is one turn of each, and every round begins with another
 * one. So a neighbour's load or a slow minute befalls them alike, and a ratio is one of the same
 * round. Immutable.
 *
 * @param rounds turns of each in a cell
 * @param duration for how long operations are counted in a turn
 * @param warmup for how long each runs before a cell; before its first one {@link #FIRST_WARMUPS}
 *     times as long
 */
public record Turns(int rounds, Duration duration, Duration warmup) {
  /** Most turns of each in a cell. */
  public static final int ROUNDS_MAX = 1_000;

  /** Warm-ups before the first cell: compiling takes longer than caches. */
  public static final int FIRST_WARMUPS = 5;

  private static final Duration TIME_MIN = Duration.ofMillis(10);
  private static final Duration TIME_MAX = Duration.ofMinutes(5);

  /** Checks each value. */
  public Turns {
    if (rounds < 1 || rounds > ROUNDS_MAX) {
      throw new IllegalArgumentException(
          "rounds: " + rounds + " (expected: 1 to " + ROUNDS_MAX + ")");
    }
    requireTime("duration", duration);
    requireTime("warmup", warmup);
  }

  private static void requireTime(String option, Duration value) {
    if (value.compareTo(TIME_MIN) < 0 || value.compareTo(TIME_MAX) > 0) {
      throw new IllegalArgumentException(
          "%s: %dms (expected: %dms to %dms)"
              .formatted(option, value.toMillis(), TIME_MIN.toMillis(), TIME_MAX.toMillis()));
    }
  }

  /** For how long each runs before its first cell. */
  Duration firstWarmup() {
    return warmup.multipliedBy(FIRST_WARMUPS);
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

  /**
   * A figure of each turn over that of another contender's turn in the same round.
   *
   * @return null if a ratio says nothing
   */
  static <S> @Nullable Spread ratio(List<S> turns, List<S> others, ToDoubleFunction<S> figure) {
    double[] ratios = new double[turns.size()];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] =
          figure.applyAsDouble(turns.get(round)) / figure.applyAsDouble(others.get(round));
    }
    return Spread.ofRatios(ratios);
  }
}
