package io.svmcoord.server.kernel;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why something was refused, as a value: one record per reason of the contract. Immutable.
 *
 * <p>Programs decide on the type or on {@link #reason}; {@link #message} is for people and has the
 * form {@code name: value (expected: constraint)}.
 */
public sealed interface Refusal {
  /** The reason in capitals, as it goes over the wire. */
  String reason();

  /** For people: the field, its value and what was expected. */
  String message();

  /** Values that belong to the reason, units in the keys. */
  Map<String, String> metadata();

  /**
   * There is no such thing, or the caller may not know of it.
   *
   * @param field what named it
   * @param value the name
   */
  record NotFound(String field, String value) implements Refusal {
    @Override
    public String reason() {
      return "NOT_FOUND";
    }

    @Override
    public String message() {
      return RefusalText.of(field, value, "one that exists");
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of("field", field, "value", value);
    }
  }

  /**
   * The name is taken.
   *
   * @param field what named it
   * @param value the name
   * @param existingId id of what has the name
   */
  record AlreadyExists(String field, String value, long existingId) implements Refusal {
    @Override
    public String reason() {
      return "ALREADY_EXISTS";
    }

    @Override
    public String message() {
      return RefusalText.of(field, value, "one that is not taken");
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of(
          "field", field, "value", value, "existing_id", Long.toUnsignedString(existingId));
    }
  }

  /**
   * A value that the contract does not allow.
   *
   * @param field the field, with the index of a repeated one
   * @param value its value
   * @param expected the constraint
   */
  record InvalidArgument(String field, String value, String expected) implements Refusal {
    @Override
    public String reason() {
      return "INVALID_ARGUMENT";
    }

    @Override
    public String message() {
      return RefusalText.of(field, value, expected);
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of("field", field, "value", value, "expected", expected);
    }
  }

  /**
   * It belongs to another session.
   *
   * @param field what named it
   * @param value the name
   */
  record PermissionDenied(String field, String value) implements Refusal {
    @Override
    public String reason() {
      return "PERMISSION_DENIED";
    }

    @Override
    public String message() {
      return RefusalText.of(field, value, "one of the caller's own");
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of("field", field, "value", value);
    }
  }

  /**
   * A limit is reached.
   *
   * @param limit name of the limit
   * @param max its value
   * @param retryAfterNanos when to try again
   */
  record LimitReached(String limit, long max, long retryAfterNanos) implements Refusal {
    @Override
    public String reason() {
      return "RESOURCE_EXHAUSTED";
    }

    @Override
    public String message() {
      return RefusalText.of(limit, "reached", "at most " + max);
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of(
          "limit", limit, "max", Long.toString(max), "retry_after_nanos", "" + retryAfterNanos);
    }
  }

  /**
   * A device would have had to wait, or did not answer, and the begin was non-blockable. Undone.
   *
   * @param fanOut which session
   */
  record WouldBlock(FanOutReport fanOut) implements Refusal {
    @Override
    public String reason() {
      return "WOULD_BLOCK";
    }

    @Override
    public String message() {
      return RefusalText.of(
          "non_blockable", "true", "an ack at once from all sessions, not from " + sessions());
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of("session_ids", sessions());
    }

    private String sessions() {
      return RefusalText.sessions(fanOut.notAcked());
    }
  }

  /**
   * The begin was taken back before it was through.
   *
   * @param id the invalidation, undone; null if it was postponed and had not begun
   */
  record BeginCancelled(@Nullable InvalidationId id) implements Refusal {
    @Override
    public String reason() {
      return "CANCELLED";
    }

    @Override
    public String message() {
      return RefusalText.of(
          "begin",
          id == null ? "postponed" : Long.toString(id.sequence()),
          "one that was not cancelled");
    }

    @Override
    public Map<String, String> metadata() {
      return id == null ? Map.of() : Map.of("sequence", Long.toString(id.sequence()));
    }
  }

  /**
   * The begin of this request id is over, and so is its invalidation.
   *
   * @param requestId the request id
   */
  record InvalidationEnded(String requestId) implements Refusal {
    @Override
    public String reason() {
      return "INVALIDATION_ENDED";
    }

    @Override
    public String message() {
      return RefusalText.of("request_id", requestId, "one whose invalidation was not ended");
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of("request_id", requestId);
    }
  }

  /**
   * The session is over: its lease ran out, or it left.
   *
   * @param session the session
   * @param cause how
   */
  record SessionExpired(SessionId session, EndCause cause) implements Refusal {
    @Override
    public String reason() {
      return "SESSION_EXPIRED";
    }

    @Override
    public String message() {
      return RefusalText.of("session", session.value() + " " + cause, "one whose lease runs");
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of("session_id", Long.toString(session.value()), "cause", cause.name());
    }
  }

  /**
   * The session was put out.
   *
   * @param session the session
   * @param cause why
   * @param detail why, for people
   */
  record SessionEvicted(SessionId session, EndCause cause, String detail) implements Refusal {
    @Override
    public String reason() {
      return "SESSION_EVICTED";
    }

    @Override
    public String message() {
      String why = detail.isEmpty() ? cause.name() : cause + " (" + detail + ")";
      return RefusalText.of("session", session.value() + " " + why, "one that was not evicted");
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of("session_id", Long.toString(session.value()), "cause", cause.name());
    }
  }

  /**
   * The coordinator was started anew, and clients of the one before may still act on what it told
   * them (promise G10).
   *
   * @param leftNanos time until that is over at the latest
   * @param retryNanos when to try again, unless it is over before
   */
  record InGrace(long leftNanos, long retryNanos) implements Refusal {
    /** When to try again. */
    public long retryAfterNanos() {
      return Math.max(1, Math.min(leftNanos, retryNanos));
    }

    @Override
    public String reason() {
      return "IN_GRACE";
    }

    @Override
    public String message() {
      return RefusalText.of("node", "in grace after its start", "one whose grace is over");
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of(
          "grace_left_nanos", "" + leftNanos, "retry_after_nanos", "" + retryAfterNanos());
    }
  }

  /**
   * What has to outlive the coordinator can't be written down. Nothing changed.
   *
   * @param why what went wrong, for people
   * @param retryAfterNanos when to try again
   */
  record NotReady(String why, long retryAfterNanos) implements Refusal {
    @Override
    public String reason() {
      return "NOT_READY";
    }

    @Override
    public String message() {
      return RefusalText.of("control.directory", why, "one that can be written");
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of("retry_after_nanos", "" + retryAfterNanos);
    }
  }

  /**
   * The session goes on over another stream.
   *
   * @param session the session
   */
  record SessionResumed(SessionId session) implements Refusal {
    @Override
    public String reason() {
      return "SESSION_RESUMED";
    }

    @Override
    public String message() {
      return RefusalText.of("stream", "superseded", "the one that the session resumed on");
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of("session_id", Long.toString(session.value()));
    }
  }

  /** The coordinator's memory of everything before is gone. */
  record NewIncarnation() implements Refusal {
    @Override
    public String reason() {
      return "NEW_INCARNATION";
    }

    @Override
    public String message() {
      return RefusalText.of("incarnation", "another", "the coordinator's own");
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of();
    }
  }

  /**
   * What a session missed can't be told: it has to be opened anew.
   *
   * @param field what there is too much of
   * @param value how much
   * @param expected the constraint
   */
  record ResyncRequired(String field, String value, String expected) implements Refusal {
    @Override
    public String reason() {
      return "RESYNC_REQUIRED";
    }

    @Override
    public String message() {
      return RefusalText.of(field, value, expected);
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of("field", field, "value", value, "expected", expected);
    }
  }

  /**
   * The client was evicted again and again, and has to stay away for a while.
   *
   * @param evictions how often in a row
   * @param retryAfterNanos when it may come back
   */
  record ReadmissionDelayed(int evictions, long retryAfterNanos) implements Refusal {
    @Override
    public String reason() {
      return "READMISSION_DELAYED";
    }

    @Override
    public String message() {
      return RefusalText.of(
          "client", "evicted " + evictions + " times", "one that stays away for a while");
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of("evictions", "" + evictions, "retry_after_nanos", "" + retryAfterNanos);
    }
  }

  /** The node is about to stop and takes no new sessions. */
  record Draining() implements Refusal {
    @Override
    public String reason() {
      return "DRAINING";
    }

    @Override
    public String message() {
      return RefusalText.of("node", "draining", "one that takes new sessions");
    }

    @Override
    public Map<String, String> metadata() {
      return Map.of();
    }
  }
}
