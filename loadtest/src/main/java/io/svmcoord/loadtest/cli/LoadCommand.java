package io.svmcoord.loadtest.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code svm load}: the load scenarios. */
@Command(
    name = "load",
    description = "Measures a coordinator under load.",
    synopsisSubcommandLabel = "SCENARIO",
    subcommands = {
      LoadFanoutCommand.class,
      LoadFanoutDevicesCommand.class,
      LoadIdleSessionsCommand.class,
      LoadComparePeersCommand.class,
      LoadGrowthCommand.class,
      LoadMemoryCommand.class,
      LoadJvmCommand.class,
      LoadStartupCommand.class,
      LoadPeerRoleCommand.class,
      LoadStormCommand.class,
      LoadIsolationCommand.class,
      LoadUnreadCommand.class
    })
public final class LoadCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  LoadCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "SCENARIO: missing (expected: one of the scenarios)");
  }
}
