package io.svmcoord.server.kernel;

/**
 * Port: what happens, for meters and logs. Called on the coordinator's thread, also in the middle
 * of a change: must not block, throw, or call the coordinator. All methods do nothing by default.
 */
public interface KernelObserver {
  /** Sees nothing. */
  KernelObserver NONE = new KernelObserver() {};

  /** How a begin finished. */
  enum BeginOutcome {
    /** All devices acked, or their leases are over. */
    OK,
    /** Non-blockable, and one would have had to wait. */
    WOULD_BLOCK,
    /** Taken back by its host, or its host's session was over. */
    CANCELLED
  }

  /** What became of a resume. */
  enum ResumeOutcome {
    /** The session's stream had broken; it goes on. */
    RESUMED,
    /** The session had a stream that was believed in; it goes on over the new one. */
    SUPERSEDED,
    /** The session is over, put out, or not known. */
    REFUSED
  }

  /** A begin took its sequence and captured {@code width} sessions. */
  default void begun(InvalidationEvent event, int width) {}

  /** A begin finished. */
  default void completed(
      InvalidationEvent event, BeginOutcome outcome, int width, long latencyNanos) {}

  /** A session acked, this long after the begin. */
  default void acked(long latencyNanos) {}

  /** An ack or refusal changed nothing. */
  default void ackIgnored(AckResult.Ignored reason) {}

  /** A device refused an invalidation. */
  default void deviceRefused(RefusalCause cause) {}

  /** A host's end was answered. */
  default void endAnswered(EndResult result) {}

  /** An invalidation was ended by force. */
  default void forceEnded(InvalidationEvent event) {}

  /** A session was opened. */
  default void sessionOpened(SessionRole role) {}

  /** A resume was answered. */
  default void resumeAnswered(ResumeOutcome outcome) {}

  /** A session that resumed was told to drop everything of a space. */
  default void resyncRequired() {}

  /** A session was put out; its lease is waited for. */
  default void sessionEvicted(SessionRole role, EndCause cause) {}

  /** A session's lease ran out. */
  default void leaseExpired(SessionRole role) {}

  /** A session is over. */
  default void sessionOver(SessionRole role, EndCause cause) {}

  /** A reader got its token, after it waited this long; 0 if it did not wait. */
  default void readerReady(long waitedNanos) {}

  /** A read_retry was answered. */
  default void readChecked(RetryResult result) {}

  /** A callback or outlet threw: a bug in the caller. The coordinator goes on. */
  default void callbackFailed(RuntimeException failure) {}
}
