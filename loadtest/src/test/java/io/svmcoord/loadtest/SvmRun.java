package io.svmcoord.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.report.Json;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One finished run of the command, in this process.
 *
 * @param exitCode its exit code
 * @param out what it printed
 * @param err what it complained
 */
record SvmRun(int exitCode, String out, String err) {
  static SvmRun of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = SvmCommand.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new SvmRun(exitCode, out.toString(), err.toString());
  }

  JsonNode json() {
    return Json.tree(out);
  }
}
