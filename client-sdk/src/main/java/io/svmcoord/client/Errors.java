package io.svmcoord.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.svmcoord.v1.Failure;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one place where what came back over gRPC becomes an {@link SvmException}. */
final class Errors {
  /** Domain of every {@code google.rpc.ErrorInfo} of the contract. */
  static final String DOMAIN = "svm-coordinator";

  static final String SESSION_LOST = "SESSION_LOST";
  static final String SESSION_EXPIRED = "SESSION_EXPIRED";
  static final String SESSION_EVICTED = "SESSION_EVICTED";
  static final String NEW_INCARNATION = "NEW_INCARNATION";
  static final String RESYNC_REQUIRED = "RESYNC_REQUIRED";
  static final String IN_GRACE = "IN_GRACE";
  static final String TIMED_OUT = "TIMED_OUT";
  static final String INTERRUPTED = "INTERRUPTED";
  static final String FENCED = "FENCED";
  static final String SPACE_GONE = "SPACE_GONE";
  static final String CLOSED = "CLOSED";
  static final String PAGE_SOURCE_BROKEN = "PAGE_SOURCE_BROKEN";
  static final String LIMIT = "LIMIT_REACHED";

  private static final String RETRY_AFTER_KEY = "retry_after_nanos";

  /** What is waited where the coordinator did not say. */
  private static final long RETRY_AFTER_NANOS = 200_000_000;

  private Errors() {}

  static SvmException of(StatusRuntimeException e) {
    return of(e.getStatus(), e.getTrailers(), e);
  }

  static SvmException of(Status status, @Nullable Metadata trailers) {
    return of(status, trailers, new StatusRuntimeException(status, trailers));
  }

  /** Failure of one command on a stream. */
  static SvmException of(Failure failure) {
    Status status = Status.fromCodeValue(failure.getCode());
    Throwable cause = status.withDescription(failure.getMessage()).asRuntimeException();
    return of(
        status.getCode(),
        failure.getReason(),
        failure.getMessage(),
        failure.getMetadataMap(),
        cause);
  }

  private static SvmException of(Status status, @Nullable Metadata trailers, Throwable cause) {
    ErrorInfo info = errorInfo(status, trailers);
    String reason = info.getReason();
    String message = status.getDescription() == null ? "" : status.getDescription();
    return of(status.getCode(), reason, message, info.getMetadataMap(), cause);
  }

  private static ErrorInfo errorInfo(Status status, @Nullable Metadata trailers) {
    com.google.rpc.Status details =
        trailers == null ? null : StatusProto.fromStatusAndTrailers(status, trailers);
    if (details != null) {
      for (Any detail : details.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          try {
            return detail.unpack(ErrorInfo.class);
          } catch (InvalidProtocolBufferException e) {
            // Details that can't be read are as good as none: the code decides.
            return ErrorInfo.getDefaultInstance();
          }
        }
      }
    }
    return ErrorInfo.getDefaultInstance();
  }

  private static SvmException of(
      Status.Code code,
      String givenReason,
      String message,
      Map<String, String> metadata,
      Throwable cause) {
    String reason = givenReason.isEmpty() ? code.name() : givenReason;
    return switch (reason) {
      case "WOULD_BLOCK" -> new WouldBlockException(reason, message, metadata, cause);
      case SESSION_EXPIRED, SESSION_EVICTED, NEW_INCARNATION, RESYNC_REQUIRED ->
          new SessionLostException(reason, message, metadata, cause);
      case PageFaultException.NO_MAPPING, PageFaultException.NO_PERMISSION ->
          PageFaultException.of(reason, address(metadata), cause);
      default -> byCode(code, reason, message, metadata, cause);
    };
  }

  private static SvmException byCode(
      Status.Code code,
      String reason,
      String message,
      Map<String, String> metadata,
      Throwable cause) {
    return switch (code) {
      case INVALID_ARGUMENT -> new InvalidArgumentException(reason, message, metadata, cause);
      case NOT_FOUND -> new NotFoundException(reason, message, metadata, cause);
      case ALREADY_EXISTS -> new AlreadyExistsException(reason, message, metadata, cause);
      case UNAVAILABLE -> new UnavailableException(reason, message, metadata, cause);
      case DEADLINE_EXCEEDED -> new TimedOutException(reason, message, metadata, cause);
      case RESOURCE_EXHAUSTED, ABORTED -> new SvmException(reason, true, message, metadata, cause);
      case OK,
          CANCELLED,
          UNKNOWN,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          INTERNAL,
          DATA_LOSS,
          UNAUTHENTICATED ->
          new SvmException(reason, false, message, metadata, cause);
    };
  }

  /** The address of a page fault; 0 where the source did not say. */
  private static long address(Map<String, String> metadata) {
    String text = metadata.getOrDefault(PageFaultException.ADDRESS_KEY, "0");
    try {
      return text.startsWith("0x")
          ? Long.parseUnsignedLong(text, 2, text.length(), 16)
          : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** When the coordinator wants to be asked again; what is usual if it did not say. */
  static long retryAfterNanos(SvmException refused) {
    long asked = askedRetryNanos(refused);
    return asked == 0 ? RETRY_AFTER_NANOS : asked;
  }

  /** When the coordinator wants to be asked again; 0 if it did not say. */
  static long askedRetryNanos(SvmException refused) {
    String text = refused.metadata().getOrDefault(RETRY_AFTER_KEY, "");
    try {
      return text.isEmpty() ? 0 : Math.max(1, Long.parseLong(text));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  static SessionLostException lost(String message, @Nullable Throwable cause) {
    return new SessionLostException(SESSION_LOST, message, Map.of(), cause);
  }

  static SessionLostException closed(String what) {
    return new SessionLostException(CLOSED, what + " is closed", Map.of(), null);
  }

  static TimedOutException timedOut(String message) {
    return new TimedOutException(TIMED_OUT, message, Map.of(), null);
  }

  /** Restores the interrupt flag, which tells the caller's caller. */
  static TimedOutException interrupted(String what, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new TimedOutException(INTERRUPTED, what + " was interrupted", Map.of(), cause);
  }
}
