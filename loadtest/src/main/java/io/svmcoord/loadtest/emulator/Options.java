package io.svmcoord.loadtest.emulator;

import java.time.Duration;

/** Checks of option values, with messages that name the option. */
final class Options {
  private Options() {}

  static void requireBetween(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d to %d)".formatted(name, value, min, max));
    }
  }

  static void requireBetween(String name, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s to %s)".formatted(name, value, min, max));
    }
  }

  /** What a coordinator grants. */
  static void requireTtl(Duration ttl) {
    requireBetween("ttl", ttl, Duration.ofMillis(500), Duration.ofSeconds(60));
  }

  static void requireText(String name, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("%s: empty (expected: some text)".formatted(name));
    }
  }
}
