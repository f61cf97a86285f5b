package io.svmcoord.server.service;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.MemberClosed;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The one place where refusals become errors of the wire: a status with ErrorInfo for calls and
 * closed streams, a Failure inside streams. The table of docs/errors.md is this class.
 */
final class Errors {
  /** ErrorInfo.domain of every error. */
  static final String DOMAIN = "svm-coordinator";

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private Errors() {}

  /** The status code of a refusal. */
  static Status.Code code(Refusal refusal) {
    return switch (refusal) {
      case Refusal.NotFound _ -> Status.Code.NOT_FOUND;
      case Refusal.AlreadyExists _ -> Status.Code.ALREADY_EXISTS;
      case Refusal.InvalidArgument _ -> Status.Code.INVALID_ARGUMENT;
      case Refusal.PermissionDenied _ -> Status.Code.PERMISSION_DENIED;
      case Refusal.LimitReached _ -> Status.Code.RESOURCE_EXHAUSTED;
      case Refusal.WouldBlock _ -> Status.Code.ABORTED;
      case Refusal.BeginCancelled _ -> Status.Code.CANCELLED;
      case Refusal.InvalidationEnded _ -> Status.Code.FAILED_PRECONDITION;
      case Refusal.SessionExpired _ -> Status.Code.FAILED_PRECONDITION;
      case Refusal.SessionEvicted _ -> Status.Code.FAILED_PRECONDITION;
      case Refusal.SessionResumed _ -> Status.Code.FAILED_PRECONDITION;
      case Refusal.NewIncarnation _ -> Status.Code.FAILED_PRECONDITION;
      case Refusal.ResyncRequired _ -> Status.Code.FAILED_PRECONDITION;
      case Refusal.InGrace _ -> Status.Code.UNAVAILABLE;
      case Refusal.NotReady _ -> Status.Code.UNAVAILABLE;
      case Refusal.ReadmissionDelayed _ -> Status.Code.UNAVAILABLE;
      case Refusal.Draining _ -> Status.Code.UNAVAILABLE;
    };
  }

  /** A refusal as a call's error, with its details. */
  static StatusRuntimeException exception(Refusal refusal) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(code(refusal).value())
            .setMessage(refusal.message())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setDomain(DOMAIN)
                        .setReason(refusal.reason())
                        .putAllMetadata(metadata(refusal))
                        .build()));
    long retryAfterNanos = retryAfterNanos(refusal);
    if (retryAfterNanos > 0) {
      status.addDetails(
          Any.pack(RetryInfo.newBuilder().setRetryDelay(duration(retryAfterNanos)).build()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  /** When to try again; 0 if the refusal suggests no time. */
  private static long retryAfterNanos(Refusal refusal) {
    return switch (refusal) {
      case Refusal.LimitReached limit -> limit.retryAfterNanos();
      case Refusal.InGrace grace -> grace.retryAfterNanos();
      case Refusal.NotReady notReady -> notReady.retryAfterNanos();
      case Refusal.ReadmissionDelayed delayed -> delayed.retryAfterNanos();
      case Refusal.NotFound _,
          Refusal.AlreadyExists _,
          Refusal.InvalidArgument _,
          Refusal.PermissionDenied _,
          Refusal.WouldBlock _,
          Refusal.BeginCancelled _,
          Refusal.InvalidationEnded _,
          Refusal.SessionExpired _,
          Refusal.SessionEvicted _,
          Refusal.SessionResumed _,
          Refusal.NewIncarnation _,
          Refusal.ResyncRequired _,
          Refusal.Draining _ ->
          0;
    };
  }

  /** A refusal as the end of a stream. */
  static Outgoing.Close close(Refusal refusal) {
    StatusRuntimeException exception = exception(refusal);
    Metadata trailers = exception.getTrailers();
    return new Outgoing.Close(exception.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  /** A refusal as the answer to one command on a stream. */
  static Failure failure(Refusal refusal) {
    return Failure.newBuilder()
        .setCode(code(refusal).value())
        .setReason(refusal.reason())
        .setMessage(refusal.message())
        .putAllMetadata(metadata(refusal))
        .build();
  }

  /** The end of a stream as the end of a member's. */
  static MemberClosed memberClosed(Status status, Metadata trailers) {
    if (status.isOk()) {
      return MemberClosed.getDefaultInstance();
    }
    Failure.Builder failure =
        Failure.newBuilder()
            .setCode(status.getCode().value())
            .setMessage(Objects.requireNonNullElse(status.getDescription(), ""));
    com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
    for (Any detail : details.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        ErrorInfo info = errorInfo(detail);
        failure.setReason(info.getReason()).putAllMetadata(info.getMetadataMap());
      }
    }
    return MemberClosed.newBuilder().setFailure(failure).build();
  }

  private static ErrorInfo errorInfo(Any detail) {
    try {
      return detail.unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a status of our own", e);
    }
  }

  /** The values of a refusal; a space whose name is taken is named as the contract says. */
  private static Map<String, String> metadata(Refusal refusal) {
    if (refusal instanceof Refusal.AlreadyExists exists && exists.field().equals("name")) {
      Map<String, String> metadata = new LinkedHashMap<>(refusal.metadata());
      metadata.put("space_id", Long.toUnsignedString(exists.existingId()));
      return metadata;
    }
    return refusal.metadata();
  }

  private static Duration duration(long nanos) {
    return Duration.newBuilder()
        .setSeconds(nanos / NANOS_PER_SECOND)
        .setNanos((int) (nanos % NANOS_PER_SECOND))
        .build();
  }
}
