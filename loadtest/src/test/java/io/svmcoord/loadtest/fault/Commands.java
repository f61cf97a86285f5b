package io.svmcoord.loadtest.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;

/** Commands of the system. Stateless. */
final class Commands {
  /** What a shell answers for a command that there is not. */
  private static final int NOT_FOUND = 127;

  private Commands() {}

  /** Blocks until it has ended; its exit code. */
  static int run(List<String> command) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return NOT_FOUND;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(command + ": interrupted", e));
    }
  }
}
