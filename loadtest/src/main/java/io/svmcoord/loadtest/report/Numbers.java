package io.svmcoord.loadtest.report;

import java.util.Locale;

/** Numbers as tables and JSON show them. Stateless. */
public final class Numbers {
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private Numbers() {}

  /** With a comma between thousands: 1,234,567. */
  public static String grouped(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** One decimal, with a comma between thousands: 1,234.5. */
  public static String decimal(double value) {
    return String.format(Locale.ROOT, "%,.1f", value);
  }

  /** Microseconds, rounded to a tenth. */
  public static double micros(long nanos) {
    return tenths(nanos / NANOS_PER_MICRO);
  }

  /** Milliseconds, rounded to a tenth. */
  public static double millis(long nanos) {
    return tenths(nanos / NANOS_PER_MILLI);
  }

  /** Seconds, rounded to a thousandth. */
  public static double seconds(long nanos) {
    return Math.round(nanos / NANOS_PER_SECOND * 1000) / 1000.0;
  }

  /** How many in each second, rounded to a tenth; 0 when no time went by. */
  public static double perSecond(long count, long nanos) {
    return nanos <= 0 ? 0 : tenths(count * NANOS_PER_SECOND / nanos);
  }

  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
