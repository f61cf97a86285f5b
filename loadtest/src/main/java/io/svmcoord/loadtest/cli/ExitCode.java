package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.report.RunFailure;

/** The exit codes of {@code svm}, as its help lists them. */
final class ExitCode {
  static final int OK = 0;
  static final int FOUND_WRONG = 1;
  static final int BAD_USAGE = 2;
  static final int UNREACHABLE = 3;

  private ExitCode() {}

  static int of(RunFailure.Kind kind) {
    return switch (kind) {
      case FOUND_WRONG -> FOUND_WRONG;
      case BAD_USAGE -> BAD_USAGE;
      case UNREACHABLE -> UNREACHABLE;
    };
  }
}
