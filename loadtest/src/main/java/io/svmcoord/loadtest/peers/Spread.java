package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.report.Numbers;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The median of the rounds, and how far they lie apart. Immutable.
 *
 * @param median middle one; between the two middle ones when their number is even
 * @param min lowest
 * @param max highest
 */
public record Spread(double median, double min, double max) {
  private static final int THOUSANDTHS = 1_000;

  /** Of one value or more, each rounded to a multiple of {@code 1 / steps}. */
  public static Spread of(double[] values, int steps) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(
        rounded(median, steps),
        rounded(sorted[0], steps),
        rounded(sorted[sorted.length - 1], steps));
  }

  /** Of ratios, one of each round; null if one of them says nothing. */
  static @Nullable Spread ofRatios(double[] ratios) {
    // Processor time comes in steps of the system's clock: of a short turn it may be none. And a
    // server that does not tell what it allocated has NaN there.
    return Arrays.stream(ratios).allMatch(Double::isFinite) ? of(ratios, THOUSANDTHS) : null;
  }

  private static double rounded(double value, int steps) {
    return Math.round(value * steps) / (double) steps;
  }

  /** For people: the median, in brackets the lowest and the highest; a dash where there is none. */
  public static String text(@Nullable Spread spread) {
    return spread == null
        ? "-"
        : String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", spread.median, spread.min, spread.max);
  }

  /** The same for values that are not ratios. */
  String decimals() {
    return "%s (%s-%s)"
        .formatted(Numbers.decimal(median), Numbers.decimal(min), Numbers.decimal(max));
  }
}
