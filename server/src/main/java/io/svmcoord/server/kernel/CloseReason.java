package io.svmcoord.server.kernel;

/**
 * What a closed session is told. Immutable.
 *
 * @param session the session
 * @param cause why, for programs
 * @param detail why, for people; may be empty
 */
public record CloseReason(SessionId session, EndCause cause, String detail) {
  /** The error that its calls meet from now on. */
  public Refusal refusal() {
    return cause.isEviction()
        ? new Refusal.SessionEvicted(session, cause, detail)
        : new Refusal.SessionExpired(session, cause);
  }
}
