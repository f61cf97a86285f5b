package io.svmcoord.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The device's lease is over: nothing that was mirrored may be used, and all of it was dropped.
 * Immutable.
 */
public final class FencedException extends SvmException {
  private static final long serialVersionUID = 1;

  FencedException(
      String reason, String message, Map<String, String> metadata, @Nullable Throwable cause) {
    super(reason, true, message, metadata, cause);
  }
}
