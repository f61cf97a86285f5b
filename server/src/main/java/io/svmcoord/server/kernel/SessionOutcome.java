package io.svmcoord.server.kernel;

/**
 * What a session did instead of acking. Immutable.
 *
 * @param session the session
 * @param kind what it did
 */
public record SessionOutcome(SessionId session, Kind kind) {
  /** What happened to a session that did not ack. */
  public enum Kind {
    /** Its lease ran out: it has fenced itself. */
    EXPIRED,
    /** It was evicted and its lease was waited out. */
    EVICTED,
    /** It left, or unsubscribed what was hit. */
    LEFT,
    /** It would have had to wait. */
    WOULD_BLOCK,
    /** It did not answer a non-blockable begin within the bound. */
    NO_ANSWER
  }
}
