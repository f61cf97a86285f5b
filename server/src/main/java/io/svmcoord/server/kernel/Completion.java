package io.svmcoord.server.kernel;

/** Who waits for a begin to be through. */
sealed interface Completion {
  /** A host. */
  record ToHost(BeginCallback callback) implements Completion {}

  /** Nobody: the coordinator's own, which no session was told of. */
  enum Own implements Completion {
    /** The one there is. */
    INSTANCE
  }

  /**
   * The release of the space itself.
   *
   * @param whenThrough goes on when no page of the space is in use any more
   */
  record Release(WhenThrough whenThrough) implements Completion {}

  /** What goes on when a release is through; in the middle of a change. */
  interface WhenThrough {
    void released(long nowNanos, RunningInvalidation release);
  }
}
