package io.svmcoord.client;

/** The pause between two tries of a reader whose pages were invalidated meanwhile. */
final class RetryPause {
  /** Retries that follow at once; those after them pause, longer and longer. */
  private static final int RETRIES_AT_ONCE = 2;

  private static final long PAUSE_NANOS_FIRST = 50_000;
  private static final long PAUSE_NANOS_MAX = 5_000_000;

  private RetryPause() {}

  /**
   * Blocks for a while, until the deadline at most. Uniform up to a limit that doubles: two readers
   * don't meet again and again.
   *
   * @param retries how often the caller has retried before
   */
  static void after(int retries, Deadline deadline, ClientEnvironment environment) {
    if (retries >= RETRIES_AT_ONCE) {
      int doublings = Math.min(retries - RETRIES_AT_ONCE, 10);
      long limit = Math.min(PAUSE_NANOS_MAX, PAUSE_NANOS_FIRST << doublings);
      long pause = environment.random().nextLong(limit);
      environment.pause(Math.min(pause, deadline.leftNanos()));
    }
  }
}
