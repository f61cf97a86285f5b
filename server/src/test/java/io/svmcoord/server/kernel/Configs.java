package io.svmcoord.server.kernel;

/** Configurations that differ from others in one thing. */
final class Configs {
  private Configs() {}

  static KernelConfig withReservations(KernelConfig c, long maxNanos, long beginDelayMaxNanos) {
    return new KernelConfig(
        c.ttlDefaultNanos(),
        c.ttlMinNanos(),
        c.ttlMaxNanos(),
        c.guardDivisor(),
        c.heartbeatDivisor(),
        c.ackDeadlineDefaultNanos(),
        c.ackDeadlineMinNanos(),
        c.ackDeadlineMaxNanos(),
        c.nonBlockableBoundNanos(),
        maxNanos,
        beginDelayMaxNanos,
        c.retryAfterNanos(),
        c.graceRetryNanos(),
        c.limits());
  }
}
