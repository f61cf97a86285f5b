package io.svmcoord.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The session's stream is not there or broke, or the session was ended by the coordinator.
 * Immutable.
 */
public final class SessionLostException extends SvmException {
  private static final long serialVersionUID = 1;

  SessionLostException(
      String reason, String message, Map<String, String> metadata, @Nullable Throwable cause) {
    super(reason, true, message, metadata, cause);
  }
}
