package io.svmcoord.server.kernel;

/**
 * What every part of the coordinator uses.
 *
 * @param incarnation names the coordinator's memory
 * @param epoch the epoch of every space
 * @param config times and limits
 * @param observer told of what happens
 * @param effects outputs that wait for the end of the input
 * @param deadlines all timers
 */
record Core(
    Incarnation incarnation,
    long epoch,
    KernelConfig config,
    KernelObserver observer,
    Effects effects,
    Deadlines deadlines) {
  private static final long NANOS_PER_MILLI = 1_000_000;

  KernelLimits limits() {
    return config.limits();
  }

  Refusal limitReached(String name, long max) {
    return new Refusal.LimitReached(name, max, config.retryAfterNanos());
  }

  /** A text for people, cut to what is kept. */
  String kept(String text) {
    int max = limits().detailCharsMax();
    return text.length() <= max ? text : text.substring(0, max);
  }

  /** The value, or the default for 0, if it lies within the bounds. */
  static Outcome<Long> duration(
      String field, long valueNanos, long defaultNanos, long minNanos, long maxNanos) {
    if (valueNanos == 0) {
      return Outcome.ok(defaultNanos);
    }
    if (valueNanos < minNanos || valueNanos > maxNanos) {
      return Outcome.refused(
          new Refusal.InvalidArgument(
              field,
              Long.toString(valueNanos / NANOS_PER_MILLI),
              "0, or %d to %d".formatted(minNanos / NANOS_PER_MILLI, maxNanos / NANOS_PER_MILLI)));
    }
    return Outcome.ok(valueNanos);
  }

  Outcome<Long> ackDeadline(long requestedNanos) {
    return duration(
        "ack_deadline_millis",
        requestedNanos,
        config.ackDeadlineDefaultNanos(),
        config.ackDeadlineMinNanos(),
        config.ackDeadlineMaxNanos());
  }

  Outcome<Long> timeToLive(String field, long requestedNanos) {
    return duration(
        field,
        requestedNanos,
        config.ttlDefaultNanos(),
        config.ttlMinNanos(),
        config.ttlMaxNanos());
  }
}
