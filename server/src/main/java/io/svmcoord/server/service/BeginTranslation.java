package io.svmcoord.server.service;

import io.svmcoord.server.kernel.BeginRequest;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.InvalidationEvent;
import io.svmcoord.server.kernel.InvalidationHost;
import io.svmcoord.server.kernel.Outcome;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.SessionId;
import io.svmcoord.server.kernel.SessionKey;
import io.svmcoord.v1.BeginInvalidationRequest;
import java.util.Optional;

/** Makes the kernel's begin of the contract's, and resolves the keys in it. */
final class BeginTranslation {
  /** Most characters of a request id. */
  static final int REQUEST_ID_CHARS_MAX = 64;

  private BeginTranslation() {}

  /** The kernel's form of a begin by a host; refused if a field can't be understood. */
  static Outcome<BeginRequest> translate(
      Coordinator coordinator, BeginInvalidationRequest request, InvalidationHost host) {
    if (request.getRequestId().length() > REQUEST_ID_CHARS_MAX) {
      return invalid(
          "request_id",
          request.getRequestId().length() + " characters",
          "at most " + REQUEST_ID_CHARS_MAX);
    }
    Optional<InvalidationEvent> event = Enums.event(request.getEvent());
    if (event.isEmpty()) {
      return invalid("event", Integer.toString(request.getEventValue()), "a known event");
    }
    SessionId owner = null;
    if (!request.getOwnerKey().isEmpty()) {
      switch (session(coordinator, request.getOwnerKey(), "owner_key")) {
        case Outcome.Ok<SessionId>(SessionId id) -> owner = id;
        case Outcome.Refused<SessionId>(Refusal refusal) -> {
          return Outcome.refused(refusal);
        }
      }
    }
    return Outcome.ok(
        new BeginRequest(
            request.getSpaceId(),
            Wire.ranges(request.getRangesList()),
            event.get(),
            request.getNonBlockable(),
            Wire.nanos(request.getAckDeadlineMillis()),
            owner,
            host));
  }

  /** The session of a key; the key itself is shown to nobody. */
  static Outcome<SessionId> session(
      Coordinator coordinator, com.google.protobuf.ByteString bytes, String field) {
    return switch (Wire.key(bytes, field)) {
      case Outcome.Refused<SessionKey>(Refusal refusal) -> Outcome.refused(refusal);
      case Outcome.Ok<SessionKey>(SessionKey key) ->
          coordinator
              .sessionOf(key)
              .map(Outcome::ok)
              .orElseGet(() -> Outcome.refused(new Refusal.NotFound(field, "unknown key")));
    };
  }

  private static <T> Outcome<T> invalid(String field, String value, String expected) {
    return Outcome.refused(new Refusal.InvalidArgument(field, value, expected));
  }
}
