package io.svmcoord.server.kernel;

import org.jspecify.annotations.Nullable;

/**
 * What every part of the coordinator uses.
 *
 * @param incarnation names the coordinator's memory
 * @param epoch the epoch of every space
 * @param config times and limits
 * @param observer told of what happens
 * @param effects outputs that wait for the end of the input
 * @param notices tells device sessions
 * @param deadlines all timers
 */
record Core(
    Incarnation incarnation,
    long epoch,
    KernelConfig config,
    KernelObserver observer,
    Effects effects,
    Notices notices,
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

  /** Time for acks: what is asked for, or the default for 0. */
  long ackDeadlineNanos(long askedNanos) {
    return askedNanos == 0 ? config.ackDeadlineDefaultNanos() : askedNanos;
  }

  /** What is wrong with a time for acks; null if nothing is. */
  @Nullable Refusal wrongAckDeadline(long nanos) {
    return wrongDuration(
        "ack_deadline_millis", nanos, config.ackDeadlineMinNanos(), config.ackDeadlineMaxNanos());
  }

  /** Time to live of a lease: what is asked for, or the default for 0. */
  long timeToLiveNanos(long askedNanos) {
    return askedNanos == 0 ? config.ttlDefaultNanos() : askedNanos;
  }

  /** What is wrong with a time to live; null if nothing is. */
  @Nullable Refusal wrongTimeToLive(String field, long nanos) {
    return wrongDuration(field, nanos, config.ttlMinNanos(), config.ttlMaxNanos());
  }

  private static @Nullable Refusal wrongDuration(
      String field, long nanos, long minNanos, long maxNanos) {
    return nanos >= minNanos && nanos <= maxNanos
        ? null
        : new Refusal.InvalidArgument(
            field,
            Long.toString(nanos / NANOS_PER_MILLI),
            "0, or %d to %d".formatted(minNanos / NANOS_PER_MILLI, maxNanos / NANOS_PER_MILLI));
  }
}
