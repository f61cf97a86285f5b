package io.svmcoord.loadtest.cli;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.svmcoord.loadtest.report.RunFailure;
import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What people see when a command fails: one line on standard error, and an exit code. Stack traces
 * only with {@code --verbose}. Stateless.
 */
public final class CommandErrors {
  private CommandErrors() {}

  /** Makes the commands of this line speak so; {@code isVerbose} is asked when one has failed. */
  public static void install(CommandLine line, BooleanSupplier isVerbose) {
    line.setParameterExceptionHandler((e, arguments) -> badUsage(e));
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command, isVerbose));
  }

  private static int badUsage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + name + " --help'.");
    err.flush();
    return ExitCode.BAD_USAGE;
  }

  private static int failed(Exception e, CommandLine command, BooleanSupplier isVerbose) {
    PrintWriter err = command.getErr();
    err.println(command.getCommandSpec().qualifiedName() + ": " + describe(e));
    if (isVerbose.getAsBoolean()) {
      e.printStackTrace(err);
    }
    err.flush();
    return exitCode(e);
  }

  private static String describe(Exception e) {
    return switch (e) {
      case RunFailure failure -> String.valueOf(failure.getMessage());
      case StatusRuntimeException failure -> describe(failure.getStatus());
      default -> e.toString();
    };
  }

  private static String describe(Status status) {
    String text = status.getDescription();
    return text == null ? status.getCode().toString() : status.getCode() + ": " + text;
  }

  private static int exitCode(Exception e) {
    return switch (e) {
      case RunFailure failure -> ExitCode.of(failure.kind());
      case StatusRuntimeException failure ->
          failure.getStatus().getCode() == Status.Code.UNAVAILABLE
              ? ExitCode.UNREACHABLE
              : ExitCode.FOUND_WRONG;
      default -> ExitCode.FOUND_WRONG;
    };
  }
}
