package io.svmcoord.server.kernel;

/** Why a session is over or on its way out. */
public enum EndCause {
  /** It left by itself: its lease ended at once. */
  DETACHED(false),
  /** Its client came back as a new session and named this one's key: counts as detached. */
  REPLACED(false),
  /** Its stream broke: not over yet, but not renewed any more. */
  STREAM_BROKEN(false),
  /** Its lease ran out. */
  LEASE_EXPIRED(false),
  /** It did not ack within the deadline. */
  ACK_DEADLINE_MISSED(true),
  /** It refused a blockable invalidation. */
  REFUSED_BLOCKABLE(true),
  /** Its invalidate handler failed. */
  HANDLER_FAILED(true),
  /** It owed more acks, or had more output waiting, than the limit. */
  SLOW_CONSUMER(true),
  /** An operator put it out. */
  OPERATOR(true);

  private final boolean isEviction;

  EndCause(boolean isEviction) {
    this.isEviction = isEviction;
  }

  /** Whether the coordinator put the session out and waits for the rest of its lease. */
  public boolean isEviction() {
    return isEviction;
  }
}
