package io.svmcoord.server.config;

import java.util.Locale;

/**
 * One key of the configuration. Immutable.
 *
 * @param name lower case, words joined by dashes, sections by dots
 * @param type how its value is read
 * @param defaultValue what holds when nobody sets it
 * @param meaning what it does, in one sentence
 */
record ConfigKey<T>(String name, ValueType<T> type, T defaultValue, String meaning) {

  /** Environment variable of the key: {@code SVM_SESSION_TTL_DEFAULT} for session.ttl-default. */
  String variable() {
    return "SVM_" + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  String defaultText() {
    return type.writer().apply(defaultValue);
  }

  /**
   * Reads and checks a value.
   *
   * @param source where the text is from, for the message
   * @throws ConfigException if it is not what the type expects
   */
  T parse(String text, String source) {
    T value;
    try {
      value = type.reader().apply(text.strip());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(message(text, source), e);
    }
    if (!type.accepts().test(value)) {
      throw new ConfigException(message(text, source));
    }
    return value;
  }

  private String message(String text, String source) {
    return "%s: %s (expected: %s) from %s".formatted(name, text, type.expected(), source);
  }
}
