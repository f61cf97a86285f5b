package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.ctl.SpaceRow;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code svm ctl space}: makes and releases address spaces. */
@Command(
    name = "space",
    description = "Makes and releases address spaces.",
    synopsisSubcommandLabel = "COMMAND")
final class CtlSpaceCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @ParentCommand private CtlCommand ctl = new CtlCommand();

  CtlSpaceCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "COMMAND: missing (expected: create or delete)");
  }

  @Command(description = "Makes an address space.")
  int create(
      @Parameters(paramLabel = "NAME", description = "1 to 128 of A-Z a-z 0-9 . _ / -") String name,
      @Option(
              names = "--page-size",
              defaultValue = "4096",
              paramLabel = "BYTES",
              description = "A power of two from 4096 on. Default: ${DEFAULT-VALUE}.")
          long pageSize) {
    SpaceRow space = ctl.target().ask(node -> node.createSpace(name, pageSize));
    ctl.output().print(space, () -> SpaceRow.table(List.of(space)));
    return ExitCode.OK;
  }

  @Command(description = "Releases an address space: every device lets go of it, then it is gone.")
  int delete(@Parameters(paramLabel = "SPACE", description = "Id or name.") String space) {
    long id =
        ctl.target()
            .ask(
                node -> {
                  long spaceId = node.spaceId(space);
                  node.deleteSpace(spaceId);
                  return spaceId;
                });
    ctl.output()
        .print(
            Map.of("space_id", id, "deleted", true),
            () -> "space " + id + " released" + System.lineSeparator());
    return ExitCode.OK;
  }
}
