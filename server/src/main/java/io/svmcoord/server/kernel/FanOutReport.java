package io.svmcoord.server.kernel;

import java.util.List;

/**
 * How the fan-out of one begin went. Immutable.
 *
 * @param sessionsNotified sessions whose ack was needed
 * @param notAcked those of them that did not ack, with what happened instead
 * @param slowest the session whose answer or end came last; {@link SessionId#NONE} if none was
 *     needed
 * @param slowestNanos time from the begin to that
 */
public record FanOutReport(
    int sessionsNotified, List<SessionOutcome> notAcked, SessionId slowest, long slowestNanos) {
  /** The fan-out of a begin that overlapped no subscription. */
  public static final FanOutReport NOBODY = new FanOutReport(0, List.of(), SessionId.NONE, 0);

  /** Copies the list. */
  public FanOutReport {
    notAcked = List.copyOf(notAcked);
  }
}
