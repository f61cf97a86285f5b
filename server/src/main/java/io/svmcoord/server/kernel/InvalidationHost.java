package io.svmcoord.server.kernel;

/** Whose lease an invalidation hangs on (G9). */
public sealed interface InvalidationHost {
  /**
   * An open host session.
   *
   * @param id the session
   */
  record Session(SessionId id) implements InvalidationHost {}

  /**
   * A session made for this invalidation alone, over with its end. Its lease runs from the begin's
   * answer and is not renewed.
   *
   * @param holdNanos time to live of that lease; 0 for the default
   * @param peer where the client is
   */
  record Hold(long holdNanos, Peer peer) implements InvalidationHost {}
}
