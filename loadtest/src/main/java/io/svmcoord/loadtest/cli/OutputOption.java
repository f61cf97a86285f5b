package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.report.Json;
import io.svmcoord.loadtest.report.Judged;
import java.io.PrintWriter;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The option {@code --output}, for every command that reports something. */
final class OutputOption {
  @Option(
      names = {"-o", "--output"},
      scope = ScopeType.INHERIT,
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "How to print: table or json. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TABLE;

  @Spec(Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  OutputOption() {}

  boolean isJson() {
    return format == OutputFormat.JSON;
  }

  /** Prints a line of JSON, for a program, in whatever form reports are. */
  void printLine(Object value) {
    PrintWriter out = command.commandLine().getOut();
    out.println(Json.line(value));
    out.flush();
  }

  /** Prints the report in the form that was asked for. */
  void print(Object report, Supplier<String> table) {
    PrintWriter out = command.commandLine().getOut();
    switch (format) {
      case JSON -> out.println(Json.line(report));
      case TABLE -> out.print(table.get());
    }
    out.flush();
  }

  /**
   * Prints a report, and tells what is wrong with the run.
   *
   * @return the exit code
   */
  int printJudged(Judged report) {
    print(report, report::table);
    report.fault().ifPresent(fault -> tell(command.qualifiedName() + ": " + fault));
    return report.fault().isEmpty() ? ExitCode.OK : ExitCode.FOUND_WRONG;
  }

  /** Tells people what a run does: a line beside the report, on the standard error. */
  void tell(String line) {
    PrintWriter err = command.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
