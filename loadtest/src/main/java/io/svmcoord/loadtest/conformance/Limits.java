package io.svmcoord.loadtest.conformance;

import java.time.Duration;

/**
 * How long a conformance run waits for what. Immutable.
 *
 * @param quiet for how long something may not happen before the run believes that it will not
 * @param patience for how long something that has to happen may take
 * @param atOnce for how long an answer that may not wait for anything may take; the coordinator's
 *     own bound is 50 ms, the rest is for a busy machine
 * @param slack by how much a lease may seem to end too early or too late, for the same reason
 * @param checkMax most time of one check
 * @param runMax most time of all checks; those that are left then are skipped
 * @param connect for how long the run waits for the device program
 */
record Limits(
    Duration quiet,
    Duration patience,
    Duration atOnce,
    Duration slack,
    Duration checkMax,
    Duration runMax,
    Duration connect) {
  /** Those of the command, but for {@code connect}. */
  static Limits of(Duration connect) {
    return new Limits(
        Duration.ofMillis(150),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        Duration.ofMillis(250),
        Duration.ofSeconds(12),
        Duration.ofSeconds(100),
        connect);
  }
}
