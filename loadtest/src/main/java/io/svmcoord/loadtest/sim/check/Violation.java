package io.svmcoord.loadtest.sim.check;

/**
 * A promise that was broken. Immutable.
 *
 * @param promise which
 * @param timeNanos simulated time at which it was noticed
 * @param text what happened, for people
 */
public record Violation(Promise promise, long timeNanos, String text) {
  @Override
  public String toString() {
    return "%s at %.6f s: %s".formatted(promise, timeNanos / 1e9, text);
  }
}
