package io.svmcoord.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The coordinator or page source can't be reached or is not ready. Immutable. */
public final class UnavailableException extends SvmException {
  private static final long serialVersionUID = 1;

  UnavailableException(
      String reason, String message, Map<String, String> metadata, @Nullable Throwable cause) {
    super(reason, true, message, metadata, cause);
  }
}
