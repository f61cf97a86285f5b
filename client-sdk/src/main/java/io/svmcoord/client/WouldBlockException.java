package io.svmcoord.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A device could not answer a non-blockable begin at once; everything was undone. Immutable. */
public final class WouldBlockException extends SvmException {
  private static final long serialVersionUID = 1;

  WouldBlockException(
      String reason, String message, Map<String, String> metadata, @Nullable Throwable cause) {
    super(reason, true, message, metadata, cause);
  }
}
