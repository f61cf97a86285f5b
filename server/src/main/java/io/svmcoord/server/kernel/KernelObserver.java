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

  /**
   * A begin took its sequence and captured {@code width} sessions.
   *
   * @param host session that began it; {@link SessionId#NONE} for the release of a space
   * @param owner session that is not told; {@link SessionId#NONE} if there is none
   */
  default void begun(Invalidation invalidation, SessionId host, SessionId owner, int width) {}

  /** A begin finished. */
  default void completed(
      Invalidation invalidation, BeginOutcome outcome, int width, long latencyNanos) {}

  /** A session's ack was counted, this long after the begin. */
  default void acked(SessionId session, InvalidationId id, long latencyNanos) {}

  /** An ack or refusal changed nothing. */
  default void ackIgnored(AckResult.Ignored reason) {}

  /** A device refused an invalidation. */
  default void deviceRefused(RefusalCause cause) {}

  /** A host's end was answered. */
  default void endAnswered(EndResult result) {}

  /**
   * An invalidation ended; one that went with its space is not told.
   *
   * @param isForced whether by force, because its host's lease was over
   * @param endSequence the sequence that a forced end took, 0 if not forced
   */
  default void ended(Invalidation invalidation, boolean isForced, long endSequence) {}

  /** A session was opened. */
  default void sessionOpened(SessionId session, SessionRole role) {}

  /** A resume was answered. */
  default void resumeAnswered(ResumeOutcome outcome) {}

  /** A session that resumed was told to drop everything of a space. */
  default void resyncRequired() {}

  /** A session was put out; its lease is waited for. */
  default void sessionEvicted(SessionId session, SessionRole role, EndCause cause) {}

  /** A client that was evicted again and again wanted to come back too early. */
  default void readmissionDelayed() {}

  /** A session's lease ran out. */
  default void leaseExpired(SessionId session, SessionRole role) {}

  /** A session is over. */
  default void sessionOver(SessionId session, SessionRole role, EndCause cause) {}

  /** A reader got its token, after it waited this long; 0 if it did not wait. */
  default void readerReady(long waitedNanos) {}

  /** A read_retry was answered. */
  default void readChecked(RetryResult result) {}

  /**
   * The grace is over, this long after the start: so many known sessions came back, the leases of
   * the others are over.
   */
  default void graceOver(long lastedNanos, int reclaimed, int expired) {}

  /** A reservation is over, or was not made. */
  default void reservationOver(ReservationOutcome outcome) {}

  /** A begin waited this long for reservations; now it begins, or was taken back. */
  default void beginPostponed(long nanos) {}

  /** A callback or outlet threw: a bug in the caller. The coordinator goes on. */
  default void callbackFailed(RuntimeException failure) {}
}
