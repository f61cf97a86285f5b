package io.svmcoord.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.process.ChildProcess;
import io.svmcoord.loadtest.report.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;

/**
 * One finished run of the command.
 *
 * @param exitCode its exit code
 * @param out what it printed
 * @param err what it complained
 */
record SvmRun(int exitCode, String out, String err) {
  /** Tests have limits of their own. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** In this process. */
  static SvmRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = SvmCommand.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new SvmRun(exitCode, out.toString(), err.toString());
  }

  /**
   * In a process of its own, a {@link FastJvm}, as all those are that it starts: where it is not
   * looked at how fast they are.
   */
  static SvmRun ofFastJvms(String... arguments) {
    try (ChildProcess svm =
        ChildProcess.start(
            "svm", FastJvm.launch().withMain(Program.class), List.of(arguments), line -> {})) {
      return Json.read(svm.awaitReady(LONGEST), SvmRun.class);
    }
  }

  /** Tells all of a run in a line. */
  static final class Program {
    public static void main(String[] arguments) {
      System.out.println(Json.line(SvmRun.of(arguments)));
      System.exit(0);
    }
  }

  JsonNode json() {
    return Json.tree(out);
  }
}
