package io.svmcoord.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The caller's timeout, or an interrupt of its thread, ended a wait. Immutable. */
public final class TimedOutException extends SvmException {
  private static final long serialVersionUID = 1;

  TimedOutException(
      String reason, String message, Map<String, String> metadata, @Nullable Throwable cause) {
    super(reason, true, message, metadata, cause);
  }
}
