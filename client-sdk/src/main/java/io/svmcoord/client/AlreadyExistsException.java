package io.svmcoord.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The name or id is taken. Immutable. */
public final class AlreadyExistsException extends SvmException {
  private static final long serialVersionUID = 1;

  AlreadyExistsException(
      String reason, String message, Map<String, String> metadata, @Nullable Throwable cause) {
    super(reason, false, message, metadata, cause);
  }
}
