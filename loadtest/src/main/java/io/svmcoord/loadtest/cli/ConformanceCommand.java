package io.svmcoord.loadtest.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code svm conformance}: the proof for clients that others wrote. */
@Command(
    name = "conformance",
    description = "Checks device clients, in any language, against the contract.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ConformanceDeviceCommand.class,
      ConformanceExampleCommand.class,
      ConformanceChecksCommand.class
    })
public final class ConformanceCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  ConformanceCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "COMMAND: missing (expected: one of the commands)");
  }
}
