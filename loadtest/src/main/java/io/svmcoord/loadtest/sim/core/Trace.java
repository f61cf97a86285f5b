package io.svmcoord.loadtest.sim.core;

import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a simulation: always as one number, that two runs of a seed can be compared by;
 * on request as lines for people. Confined to its simulation.
 */
public final class Trace {
  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
  private static final int ROTATION = 29;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final @Nullable Consumer<String> lines;
  private long hash = MULTIPLIER;

  private Trace(@Nullable Consumer<String> lines) {
    this.lines = lines;
  }

  /** A trace without lines, which costs nothing but the number. */
  public static Trace off() {
    return new Trace(null);
  }

  /** A trace that gives each line to a consumer: time in milliseconds, who, what. */
  public static Trace to(Consumer<String> lines) {
    return new Trace(lines);
  }

  /** Whether anybody reads lines; ask before making a text. */
  public boolean isOn() {
    return lines != null;
  }

  /** Writes a line, if it is on. */
  void line(long nowNanos, String who, String what) {
    if (lines != null) {
      lines.accept(
          String.format(
              Locale.ROOT,
              "%6d.%06d  %-12s  %s",
              nowNanos / NANOS_PER_MILLI,
              nowNanos % NANOS_PER_MILLI,
              who,
              what));
    }
  }

  /** Puts a value into the number; the order of values matters. */
  public void mix(long value) {
    hash = Long.rotateLeft((hash ^ value) * MULTIPLIER, ROTATION);
  }

  /** The number of the run so far: equal for equal runs, in this JVM or in another. */
  public long hash() {
    return hash;
  }
}
