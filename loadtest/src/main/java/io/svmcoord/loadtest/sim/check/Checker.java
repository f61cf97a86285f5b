package io.svmcoord.loadtest.sim.check;

import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Judges one promise. Sees each fact after the ledger did. Confined to the run. */
abstract class Checker {
  /** Most violations that one checker keeps: what follows from the first ones is noise. */
  static final int VIOLATIONS_MAX = 20;

  private final Promise promise;
  private final List<Violation> violations = new ArrayList<>();

  Checker(Promise promise) {
    this.promise = promise;
  }

  /** Looks at one fact. */
  abstract void check(Fact fact);

  List<Violation> violations() {
    return violations;
  }

  @FormatMethod
  final void violated(long timeNanos, String format, Object... values) {
    if (violations.size() < VIOLATIONS_MAX) {
      violations.add(new Violation(promise, timeNanos, format.formatted(values)));
    }
  }

  /** A time for people. */
  static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.3f ms", nanos / 1e6);
  }
}
