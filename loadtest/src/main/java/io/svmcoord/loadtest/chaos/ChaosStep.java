package io.svmcoord.loadtest.chaos;

import java.time.Duration;

/**
 * One fault of a schedule. Immutable.
 *
 * @param at since the start
 * @param victim whom it happens to
 * @param fault what happens
 */
record ChaosStep(Duration at, Victim victim, Fault fault) {
  /** When it is over. */
  Duration end() {
    return at.plus(fault.length());
  }

  @Override
  public String toString() {
    return "%6.1f s  %s: %s".formatted(at.toMillis() / 1000.0, victim, fault.text());
  }
}
