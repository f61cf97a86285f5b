package io.svmcoord.loadtest.sim.check;

/**
 * What a scenario promises to keep to, so that its bounds are known; times in nanoseconds of
 * simulated time. Immutable.
 *
 * @param ackDeadlineNanosMax longest ack deadline of any begin
 * @param leaseNanosMax longest lease and guard together
 * @param nonBlockableNanosMax the bound of a non-blockable begin
 * @param graceNanosMax longest grace after a start of the coordinator; 0 if there is none
 * @param clockErrorMax most that the coordinator's clock is slow, as a part of 1
 * @param slackNanos what the coordinator's loops and timers, and a device's threads, may be late
 */
public record Limits(
    long ackDeadlineNanosMax,
    long leaseNanosMax,
    long nonBlockableNanosMax,
    long graceNanosMax,
    double clockErrorMax,
    long slackNanos) {
  /** A time by the coordinator's clock as the longest simulated time that it may take. */
  long longest(long coordinatorNanos) {
    return (long) (coordinatorNanos / (1 - clockErrorMax)) + slackNanos;
  }

  /** Longest time of a blockable begin (promise G2). */
  long beginNanosMax() {
    return longest(ackDeadlineNanosMax + leaseNanosMax + graceNanosMax);
  }
}
