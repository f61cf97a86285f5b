package io.svmcoord.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** There is no such thing, or none that the caller may know of. Immutable. */
public final class NotFoundException extends SvmException {
  private static final long serialVersionUID = 1;

  NotFoundException(
      String reason, String message, Map<String, String> metadata, @Nullable Throwable cause) {
    super(reason, false, message, metadata, cause);
  }
}
