package io.svmcoord.server.config;

/**
 * A configuration that can't be used; the message names key, value, source and what was expected.
 */
public final class ConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    super(message);
  }

  ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
