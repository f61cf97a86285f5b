package io.svmcoord.loadtest;

import io.svmcoord.loadtest.cli.BenchCommand;
import io.svmcoord.loadtest.cli.CanaryCommand;
import io.svmcoord.loadtest.cli.ChaosCommand;
import io.svmcoord.loadtest.cli.CommandErrors;
import io.svmcoord.loadtest.cli.ConformanceCommand;
import io.svmcoord.loadtest.cli.CtlCommand;
import io.svmcoord.loadtest.cli.DemoCommand;
import io.svmcoord.loadtest.cli.DeviceCommand;
import io.svmcoord.loadtest.cli.DurationConverter;
import io.svmcoord.loadtest.cli.GuestHostCommand;
import io.svmcoord.loadtest.cli.HostCommand;
import io.svmcoord.loadtest.cli.LoadCommand;
import io.svmcoord.loadtest.cli.LogLevel;
import io.svmcoord.loadtest.cli.MapperCommand;
import io.svmcoord.loadtest.cli.ServeCommand;
import io.svmcoord.loadtest.cli.SimulateCommand;
import io.svmcoord.loadtest.cli.VersionProvider;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The {@code svm} command: everything that this program does begins here. Confined to the thread
 * that runs it.
 */
@Command(
    name = "svm",
    description = {
      "Keeps mirrored virtual memory right: a host's change of its page tables reaches every device"
          + " that mirrors the pages, and each acks before the change is made.",
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = VersionProvider.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all is well",
      "1:the run found something wrong, or broke off",
      "2:bad usage",
      "3:the coordinator cannot be reached",
    },
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      HostCommand.class,
      GuestHostCommand.class,
      DeviceCommand.class,
      MapperCommand.class,
      LoadCommand.class,
      BenchCommand.class,
      SimulateCommand.class,
      ChaosCommand.class,
      ConformanceCommand.class,
      CanaryCommand.class,
      CtlCommand.class
    })
public final class SvmCommand implements Runnable {
  private static final int BROKEN = 1;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces and log in more detail.")
  private boolean verbose;

  @Spec private CommandSpec spec = CommandSpec.create();

  SvmCommand() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    // After an error that nobody catches, threads that are left must not keep the process.
    Thread.currentThread()
        .setUncaughtExceptionHandler(
            (thread, error) -> {
              error.printStackTrace();
              System.exit(BROKEN);
            });
    System.exit(commandLine().execute(arguments));
  }

  /** Runs one command; blocks until it is done. Its output goes to the two writers. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return commandLine().setOut(out).setErr(err).execute(arguments);
  }

  private static CommandLine commandLine() {
    SvmCommand svm = new SvmCommand();
    CommandLine line =
        new CommandLine(svm)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .registerConverter(Duration.class, new DurationConverter());
    CommandErrors.install(line, () -> svm.verbose);
    line.setExecutionStrategy(
        parsed -> {
          if (!svm.verbose) {
            // A server, which logs what it does, chooses anew.
            LogLevel.warnings();
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    return line;
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "COMMAND: missing (expected: one of the commands)");
  }
}
