package io.svmcoord.client;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call that the coordinator, a page source or the SDK refused. Decide on {@link #reason()} or the
 * subclass, never on the message. What gRPC reported is the cause. Immutable.
 */
public class SvmException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String reason;
  private final boolean retryable;
  private final transient Map<String, String> metadata;

  SvmException(
      String reason,
      boolean retryable,
      String message,
      Map<String, String> metadata,
      @Nullable Throwable cause) {
    super(reason + ": " + message, cause);
    this.reason = requireNonNull(reason, "reason");
    this.retryable = retryable;
    this.metadata = Map.copyOf(metadata);
  }

  /** Reason in capitals, as in {@code google.rpc.ErrorInfo}. */
  public String reason() {
    return reason;
  }

  /** Whether the same call may succeed later without any change. */
  public boolean isRetryable() {
    return retryable;
  }

  /** Values that belong to the reason, units in the keys. */
  public Map<String, String> metadata() {
    return metadata == null ? Map.of() : metadata;
  }
}
