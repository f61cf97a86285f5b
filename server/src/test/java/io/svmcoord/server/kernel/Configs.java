package io.svmcoord.server.kernel;

/** Configurations that differ from others in one thing. */
final class Configs {
  private Configs() {}

  static KernelConfig withGuard(KernelConfig c, int divisor, int rateErrorPpm) {
    return new KernelConfig(
        c.ttlDefaultNanos(),
        c.ttlMinNanos(),
        c.ttlMaxNanos(),
        divisor,
        rateErrorPpm,
        c.heartbeatDivisor(),
        c.ackDeadlineDefaultNanos(),
        c.ackDeadlineMinNanos(),
        c.ackDeadlineMaxNanos(),
        c.nonBlockableBoundNanos(),
        c.reservationMaxNanos(),
        c.beginDelayMaxNanos(),
        c.readmission(),
        c.retryAfterNanos(),
        c.graceRetryNanos(),
        c.limits());
  }

  static KernelConfig withReservations(KernelConfig c, long maxNanos, long beginDelayMaxNanos) {
    return new KernelConfig(
        c.ttlDefaultNanos(),
        c.ttlMinNanos(),
        c.ttlMaxNanos(),
        c.guardDivisor(),
        c.rateErrorPpm(),
        c.heartbeatDivisor(),
        c.ackDeadlineDefaultNanos(),
        c.ackDeadlineMinNanos(),
        c.ackDeadlineMaxNanos(),
        c.nonBlockableBoundNanos(),
        maxNanos,
        beginDelayMaxNanos,
        c.readmission(),
        c.retryAfterNanos(),
        c.graceRetryNanos(),
        c.limits());
  }
}
