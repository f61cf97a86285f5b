package io.svmcoord.client;

import java.time.Duration;
import java.util.List;

/**
 * How the fan-out of one begin went: every notified session that is not listed acked. Immutable.
 *
 * @param sessionsNotified number of sessions that were notified
 * @param notAcked the sessions that did not ack, with what happened instead
 * @param slowestSessionId session whose answer or end of lease came last; 0 when none was notified
 * @param slowest time from the begin's sequence to that answer, on the coordinator's clock
 */
public record FanOut(
    int sessionsNotified, List<Missing> notAcked, long slowestSessionId, Duration slowest) {
  /** Copies the list. */
  public FanOut {
    notAcked = List.copyOf(notAcked);
  }

  /**
   * One session that did not ack.
   *
   * @param sessionId the session
   * @param outcome what happened to it instead
   */
  public record Missing(long sessionId, Outcome outcome) {}

  /** What happened to a session that did not ack. */
  public enum Outcome {
    /** Its lease ran out: it has fenced itself. */
    EXPIRED,
    /** It missed the ack deadline or its handler failed; its lease was waited out. */
    EVICTED,
    /** It left, or unsubscribed what was hit. */
    LEFT,
    /** It would have had to wait; only for a non-blockable begin. */
    WOULD_BLOCK,
    /** It did not answer a non-blockable begin within the bound. */
    NO_ANSWER,
    /** Something that this version of the SDK has no word for. */
    OTHER
  }
}
