package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.process.Termination;
import io.svmcoord.loadtest.report.Json;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Sessions that a process holds for the one that started it: until that one is done with them, or
 * one of them is lost. Thread-safe.
 */
final class HeldSessions implements AutoCloseable {
  private final CommandSpec command;
  private final Termination signal = Termination.install();
  private final AtomicReference<String> lost = new AtomicReference<>("");

  HeldSessions(CommandSpec command) {
    this.command = command;
  }

  /** A session ended: with it goes the process, unless it is time to go anyway. */
  void lost(String what) {
    if (!signal.isStopping()) {
      lost.set(what);
      signal.stop();
    }
  }

  /**
   * Prints that all are there, and blocks until the process should stop.
   *
   * @return its exit code; what was lost is told
   */
  int hold(Map<String, ?> ready) {
    print(ready);
    signal.follow(System.in);
    signal.awaitStop();
    if (lost.get().isEmpty()) {
      return ExitCode.OK;
    }
    PrintWriter err = command.commandLine().getErr();
    err.println(command.qualifiedName() + ": lost " + lost.get());
    err.flush();
    return ExitCode.FOUND_WRONG;
  }

  /** Prints a line for the process that started this one. */
  void print(Map<String, ?> line) {
    PrintWriter out = command.commandLine().getOut();
    out.println(Json.line(line));
    out.flush();
  }

  /** The sessions are closed: the process may go. */
  @Override
  public void close() {
    signal.close();
  }
}
