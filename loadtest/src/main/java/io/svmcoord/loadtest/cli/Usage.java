package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.report.RunFailure;
import java.util.Locale;
import java.util.function.Supplier;

/** Turns complaints about values into complaints about the options that they came from. */
final class Usage {
  private Usage() {}

  /**
   * Makes something of option values; the maker names a bad one by the name of its component,
   * {@code faultPages: 0 (expected: ...)}, which is told to people as {@code --fault-pages}.
   *
   * @throws RunFailure when the maker refuses a value
   */
  static <T> T checked(Supplier<T> maker) {
    try {
      return maker.get();
    } catch (IllegalArgumentException e) {
      throw RunFailure.badUsage(optionOf(String.valueOf(e.getMessage())));
    }
  }

  private static String optionOf(String message) {
    int end = message.indexOf(':');
    if (end < 0 || !message.substring(0, end).matches("[a-z][A-Za-z.-]*")) {
      return message;
    }
    String name = message.substring(0, end).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    return "--" + name + message.substring(end);
  }
}
