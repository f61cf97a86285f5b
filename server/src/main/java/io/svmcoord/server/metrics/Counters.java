package io.svmcoord.server.metrics;

import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * One counter per value of an enum, made beforehand, so that counting looks up no name and
 * allocates nothing. Thread-safe.
 */
final class Counters<E extends Enum<E>> {
  private final Map<E, Counter> counters;

  /**
   * Counters of some values.
   *
   * @param values at least one
   * @param make makes the counter of a label
   */
  Counters(Set<E> values, Function<String, Counter> make) {
    Map<E, Counter> made = new EnumMap<>(values.iterator().next().getDeclaringClass());
    values.forEach(value -> made.put(value, make.apply(label(value))));
    counters = made;
  }

  /** Counts one of the values. */
  void increment(E value) {
    Objects.requireNonNull(counters.get(value), "value").increment();
  }

  /** The value as a label: lower case. */
  static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
