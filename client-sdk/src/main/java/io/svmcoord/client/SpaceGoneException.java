package io.svmcoord.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The address space was released. Immutable. */
public final class SpaceGoneException extends SvmException {
  private static final long serialVersionUID = 1;

  SpaceGoneException(
      String reason, String message, Map<String, String> metadata, @Nullable Throwable cause) {
    super(reason, false, message, metadata, cause);
  }
}
