package io.svmcoord.server.kernel;

import java.util.function.Function;

/**
 * A value, or why there is none.
 *
 * @param <T> the value's type
 */
public sealed interface Outcome<T> {
  /**
   * It was done.
   *
   * @param value the result
   */
  record Ok<T>(T value) implements Outcome<T> {}

  /**
   * It was refused; nothing changed.
   *
   * @param refusal why
   */
  record Refused<T>(Refusal refusal) implements Outcome<T> {}

  /** What {@code next} makes of the value; the same refusal if there is none. */
  default <R> Outcome<R> then(Function<? super T, Outcome<R>> next) {
    return switch (this) {
      case Ok<T>(var value) -> next.apply(value);
      case Refused<T>(var refusal) -> refused(refusal);
    };
  }

  /** It was done. */
  static <T> Outcome<T> ok(T value) {
    return new Ok<>(value);
  }

  /** It was refused; nothing changed. */
  static <T> Outcome<T> refused(Refusal refusal) {
    return new Refused<>(refusal);
  }
}
