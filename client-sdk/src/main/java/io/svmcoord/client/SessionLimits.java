package io.svmcoord.client;

import java.time.Duration;

/** The named limits of sessions, and their checks. */
final class SessionLimits {
  static final Duration TTL_DEFAULT = Duration.ofSeconds(3);
  static final Duration TTL_MIN = Duration.ofMillis(500);
  static final Duration TTL_MAX = Duration.ofSeconds(60);
  static final int NAME_CHARS_MAX = 128;

  private SessionLimits() {}

  static void requireName(String name) {
    if (name.length() > NAME_CHARS_MAX) {
      throw new IllegalArgumentException(
          "name: %d characters (expected: at most %d)".formatted(name.length(), NAME_CHARS_MAX));
    }
  }

  static void requireTtl(Duration ttl) {
    if (ttl.compareTo(TTL_MIN) < 0 || ttl.compareTo(TTL_MAX) > 0) {
      throw new IllegalArgumentException(
          "ttl: %s (expected: %s to %s)".formatted(ttl, TTL_MIN, TTL_MAX));
    }
  }
}
