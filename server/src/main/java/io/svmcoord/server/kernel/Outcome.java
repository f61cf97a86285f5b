package io.svmcoord.server.kernel;

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

  /** It was done. */
  static <T> Outcome<T> ok(T value) {
    return new Ok<>(value);
  }

  /** It was refused; nothing changed. */
  static <T> Outcome<T> refused(Refusal refusal) {
    return new Refused<>(refusal);
  }
}
