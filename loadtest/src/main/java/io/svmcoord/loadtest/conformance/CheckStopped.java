package io.svmcoord.loadtest.conformance;

import java.io.Serial;

/** A check that goes no further, with what was seen. Immutable. */
final class CheckStopped extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final Result result;
  private final String seen;

  private CheckStopped(Result result, String seen) {
    super(seen);
    this.result = result;
    this.seen = seen;
  }

  /** The device did what it may not, or not what it has to. */
  static CheckStopped failed(String seen) {
    return new CheckStopped(Result.FAIL, seen);
  }

  /** The device program can't be asked for this. */
  static CheckStopped skipped(String why) {
    return new CheckStopped(Result.SKIPPED, why);
  }

  Result result() {
    return result;
  }

  String seen() {
    return seen;
  }
}
