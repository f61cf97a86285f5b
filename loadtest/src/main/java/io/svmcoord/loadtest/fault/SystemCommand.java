package io.svmcoord.loadtest.fault;

import io.svmcoord.loadtest.report.RunFailure;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands of the system, for what Java has no words for. Stateless. */
public final class SystemCommand {
  /** What a shell answers for a command that there is not. */
  private static final int NOT_FOUND = 127;

  private SystemCommand() {}

  /**
   * Runs one and blocks until it has ended; its exit code. What it prints is thrown away.
   *
   * @param timeout after which it is ended by force
   * @throws RunFailure when it takes longer
   */
  public static int run(Duration timeout, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start();
      if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
      process.destroyForcibly();
      throw RunFailure.foundWrong(
          String.join(" ", command) + ": not done within " + timeout.toMillis() + " ms");
    } catch (IOException e) {
      return NOT_FOUND;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RunFailure.foundWrong(String.join(" ", command) + ": interrupted", e);
    }
  }
}
