package io.svmcoord.server.kernel;

/**
 * Times and limits of the coordinator; all times in nanoseconds. Immutable.
 *
 * @param ttlDefaultNanos lease of a session that asks for none
 * @param ttlMinNanos shortest lease, also of a hold
 * @param ttlMaxNanos longest lease, also of a hold
 * @param guardDivisor a lease's guard is its time to live divided by this, and what the rate error
 *     adds
 * @param rateErrorPpm by how much a clock may run fast or slow, in parts per million
 * @param heartbeatDivisor a lease's heartbeat interval is its time to live divided by this
 * @param ackDeadlineDefaultNanos time for acks of a begin that asks for none
 * @param ackDeadlineMinNanos shortest time for acks
 * @param ackDeadlineMaxNanos longest time for acks
 * @param nonBlockableBoundNanos time for the answers to a non-blockable begin
 * @param reservationMaxNanos longest reservation of a reader; 0: none is made
 * @param beginDelayMaxNanos longest that reservations postpone one begin; 0: never
 * @param readmission how long clients that were evicted have to stay away
 * @param retryAfterNanos what a refusal for a limit suggests
 * @param graceRetryNanos when a reader that the grace sends away may come back
 * @param limits the limits
 */
public record KernelConfig(
    long ttlDefaultNanos,
    long ttlMinNanos,
    long ttlMaxNanos,
    int guardDivisor,
    int rateErrorPpm,
    int heartbeatDivisor,
    long ackDeadlineDefaultNanos,
    long ackDeadlineMinNanos,
    long ackDeadlineMaxNanos,
    long nonBlockableBoundNanos,
    long reservationMaxNanos,
    long beginDelayMaxNanos,
    ReadmissionConfig readmission,
    long retryAfterNanos,
    long graceRetryNanos,
    KernelLimits limits) {
  /**
   * Largest rate error that can be asked for: with the largest guard, a lease is still worth
   * having.
   */
  public static final int RATE_ERROR_PPM_MAX = 100_000;

  private static final long MILLI = 1_000_000L;
  private static final long MILLION = 1_000_000L;

  /** The contract's defaults. */
  public static final KernelConfig DEFAULTS =
      new KernelConfig(
          3000 * MILLI,
          500 * MILLI,
          60_000 * MILLI,
          10,
          1000,
          5,
          1000 * MILLI,
          MILLI,
          60_000 * MILLI,
          50 * MILLI,
          100 * MILLI,
          100 * MILLI,
          ReadmissionConfig.DEFAULTS,
          100 * MILLI,
          200 * MILLI,
          KernelLimits.DEFAULTS);

  /**
   * Checks that all are positive, or 0 where that means never, and the defaults lie within their
   * bounds.
   */
  public KernelConfig {
    requireWithin("ttlMinNanos", ttlMinNanos, 1, ttlMaxNanos);
    requireWithin("ttlDefaultNanos", ttlDefaultNanos, ttlMinNanos, ttlMaxNanos);
    requireWithin("guardDivisor", guardDivisor, 1, Integer.MAX_VALUE);
    requireWithin("rateErrorPpm", rateErrorPpm, 0, RATE_ERROR_PPM_MAX);
    requireWithin("heartbeatDivisor", heartbeatDivisor, 2, Integer.MAX_VALUE);
    requireWithin("ackDeadlineMinNanos", ackDeadlineMinNanos, 1, ackDeadlineMaxNanos);
    requireWithin(
        "ackDeadlineDefaultNanos",
        ackDeadlineDefaultNanos,
        ackDeadlineMinNanos,
        ackDeadlineMaxNanos);
    requireWithin("nonBlockableBoundNanos", nonBlockableBoundNanos, 1, ackDeadlineMaxNanos);
    requireWithin("reservationMaxNanos", reservationMaxNanos, 0, ackDeadlineMaxNanos);
    requireWithin("beginDelayMaxNanos", beginDelayMaxNanos, 0, ackDeadlineMaxNanos);
    requireWithin("retryAfterNanos", retryAfterNanos, 1, Long.MAX_VALUE);
    requireWithin("graceRetryNanos", graceRetryNanos, 1, Long.MAX_VALUE);
  }

  /** The same times with other limits. */
  public KernelConfig withLimits(KernelLimits others) {
    return new KernelConfig(
        ttlDefaultNanos,
        ttlMinNanos,
        ttlMaxNanos,
        guardDivisor,
        rateErrorPpm,
        heartbeatDivisor,
        ackDeadlineDefaultNanos,
        ackDeadlineMinNanos,
        ackDeadlineMaxNanos,
        nonBlockableBoundNanos,
        reservationMaxNanos,
        beginDelayMaxNanos,
        readmission,
        retryAfterNanos,
        graceRetryNanos,
        others);
  }

  /**
   * What the client takes off a lease and the coordinator adds to it (promise G4): the time to live
   * divided by {@link #guardDivisor}, for pauses between a look at the clock and the access, and by
   * how much a clock of the allowed rate error is wrong within one time to live. So the client
   * counts TTL(1 - rate error) - TTL / divisor from when it sent, the coordinator TTL(1 + rate
   * error) + TTL / divisor from when it received. Rounded up.
   */
  public long guardNanos(long ttlNanos) {
    return Math.ceilDiv(ttlNanos, guardDivisor) + Math.ceilDiv(ttlNanos * rateErrorPpm, MILLION);
  }

  private static void requireWithin(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d to %d)".formatted(name, value, min, max));
    }
  }
}
