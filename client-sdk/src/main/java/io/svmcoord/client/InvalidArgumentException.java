package io.svmcoord.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that can't be right, whatever the state: the message names field, value and what was
 * expected. Immutable.
 */
public final class InvalidArgumentException extends SvmException {
  private static final long serialVersionUID = 1;

  InvalidArgumentException(
      String reason, String message, Map<String, String> metadata, @Nullable Throwable cause) {
    super(reason, false, message, metadata, cause);
  }
}
