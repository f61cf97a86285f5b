package io.svmcoord.loadtest.report;

import java.io.Serial;

/**
 * A run that could not be made or carried to its end, with one line that says why. Immutable.
 *
 * <p>The line names the option or resource, its value and what was expected; it is all that people
 * see unless they ask for more.
 */
public final class RunFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final Kind kind;

  /** Why a run failed; each kind has an exit code of its own. */
  public enum Kind {
    /** The run found something wrong, or broke off. */
    FOUND_WRONG,
    /** An argument makes no sense, alone or with the others. */
    BAD_USAGE,
    /** The coordinator does not answer. */
    UNREACHABLE
  }

  private RunFailure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  private RunFailure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** The run found something wrong, or broke off. */
  public static RunFailure foundWrong(String message) {
    return new RunFailure(Kind.FOUND_WRONG, message);
  }

  /** The run broke off because of {@code cause}. */
  public static RunFailure foundWrong(String message, Throwable cause) {
    return new RunFailure(Kind.FOUND_WRONG, message, cause);
  }

  /** An argument makes no sense. */
  public static RunFailure badUsage(String message) {
    return new RunFailure(Kind.BAD_USAGE, message);
  }

  /** The coordinator does not answer. */
  public static RunFailure unreachable(String message, Throwable cause) {
    return new RunFailure(Kind.UNREACHABLE, message, cause);
  }

  /** Why it failed. */
  public Kind kind() {
    return kind;
  }
}
