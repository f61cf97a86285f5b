package io.svmcoord.client;

import java.time.Duration;

/** A point in monotonic time until which a caller waits. Immutable. */
final class Deadline {
  /** Longest wait that is told apart from waiting for ever: 146 years of nanoseconds. */
  private static final long NANOS_MAX = Long.MAX_VALUE / 2;

  private final ClientEnvironment time;
  private final long atNanos;

  private Deadline(ClientEnvironment time, long atNanos) {
    this.time = time;
    this.atNanos = atNanos;
  }

  static Deadline after(Duration timeout, ClientEnvironment time) {
    return new Deadline(time, time.nanos() + nanos(timeout));
  }

  /** A time limit in nanoseconds, cut to what can be added to a time. */
  static long nanos(Duration timeout) {
    boolean isShort = timeout.compareTo(Duration.ofNanos(NANOS_MAX)) < 0;
    return isShort ? timeout.toNanos() : NANOS_MAX;
  }

  /** Time left; 0 or less when it is over. */
  long leftNanos() {
    return atNanos - time.nanos();
  }

  boolean isOver() {
    return leftNanos() <= 0;
  }
}
