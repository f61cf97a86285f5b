package io.svmcoord.client;

import java.time.Duration;

/**
 * How a {@link Mapper#read} goes. Immutable.
 *
 * @param timeout time for all of it
 * @param retriesFirst retries before the reader reserves its pages; not used when {@code
 *     reservation} is zero
 * @param reservation for how long a reservation postpones new begins at most; zero: never reserves,
 *     else 1 ms to 1 min in whole milliseconds. The coordinator cuts it to a bound of its own
 */
public record ReadOptions(Duration timeout, int retriesFirst, Duration reservation) {
  private static final Duration RESERVATION_MAX = Duration.ofMinutes(1);

  /** Checks each. */
  public ReadOptions {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout: %s (expected: above 0)".formatted(timeout));
    }
    if (retriesFirst < 0) {
      throw new IllegalArgumentException(
          "retriesFirst: %d (expected: 0 or more)".formatted(retriesFirst));
    }
    requireReservation(reservation);
  }

  /** Never reserves. */
  public static ReadOptions within(Duration timeout) {
    return new ReadOptions(timeout, 0, Duration.ZERO);
  }

  /**
   * The same, but fair to its reader: after so many retries it reserves its pages with each token.
   * A good time for the reservation is what collecting the pages takes when nothing disturbs it,
   * and two round trips. Each new begin on these pages may wait for so long.
   */
  public ReadOptions reservingAfter(int retries, Duration time) {
    return new ReadOptions(timeout, retries, time);
  }

  /** What to ask for with the token after so many retries; zero for nothing. */
  Duration reservationAfter(int retries) {
    return retries >= retriesFirst ? reservation : Duration.ZERO;
  }

  static void requireReservation(Duration reservation) {
    boolean isWhole = Duration.ofMillis(reservation.toMillis()).equals(reservation);
    if (reservation.isNegative() || reservation.compareTo(RESERVATION_MAX) > 0 || !isWhole) {
      throw new IllegalArgumentException(
          "reservation: %s (expected: 0 or 1 ms to 1 min, whole milliseconds)"
              .formatted(reservation));
    }
  }
}
