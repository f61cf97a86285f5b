package io.svmcoord.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How the text of one kind of value is read and written. Immutable.
 *
 * @param expected what is accepted, for messages and the documentation
 * @param reader reads a text; throws IllegalArgumentException for what it can't read
 * @param writer writes what the reader reads back as an equal value
 * @param accepts whether a value that was read is allowed
 */
record ValueType<T>(
    String expected, Function<String, T> reader, Function<T, String> writer, Predicate<T> accepts) {

  static ValueType<Endpoint> endpoint() {
    return new ValueType<>("host:port", Endpoint::parse, Endpoint::toString, value -> true);
  }

  static ValueType<Integer> integer(int min, int max) {
    return new ValueType<>(
        min + " to " + max,
        text -> Integer.valueOf(text),
        value -> Integer.toString(value),
        value -> value >= min && value <= max);
  }

  static ValueType<Duration> duration(Duration min, Duration max) {
    return new ValueType<>(
        write(min) + " to " + write(max),
        ValueType::readDuration,
        ValueType::write,
        value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
  }

  static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
    E[] constants = type.getEnumConstants();
    return new ValueType<>(
        Arrays.stream(constants).map(Enum::toString).collect(Collectors.joining(" or ")),
        text ->
            Arrays.stream(constants)
                .filter(constant -> constant.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such value")),
        Enum::toString,
        value -> true);
  }

  /** An empty text is none. */
  static ValueType<Optional<Path>> optionalPath() {
    return new ValueType<>(
        "a path, or empty",
        text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text)),
        value -> value.map(Path::toString).orElse(""),
        value -> true);
  }

  /** A whole number and a unit: ms, s, m or h. */
  private static Duration readDuration(String text) {
    int digits = 0;
    while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    long number = Long.parseLong(text.substring(0, digits));
    return switch (text.substring(digits).toLowerCase(Locale.ROOT)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> throw new IllegalArgumentException("no unit of ms, s, m, h");
    };
  }

  private static String write(Duration value) {
    return value.toMillis() % 1000 == 0 ? value.toSeconds() + "s" : value.toMillis() + "ms";
  }
}
