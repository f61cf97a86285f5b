package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.ctl.Addresses;
import io.svmcoord.loadtest.ctl.Coordinator;
import io.svmcoord.loadtest.ctl.InvalidationRow;
import io.svmcoord.loadtest.ctl.Listing;
import io.svmcoord.loadtest.ctl.NodeInfo;
import io.svmcoord.loadtest.ctl.SessionRow;
import io.svmcoord.loadtest.ctl.SpaceRow;
import io.svmcoord.loadtest.ctl.SubscriptionRow;
import io.svmcoord.v1.AddressRange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code svm ctl}: what an operator asks a running coordinator. */
@Command(
    name = "ctl",
    description = "Shows what a running coordinator knows, and the few things an operator can do.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CtlSpaceCommand.class})
public final class CtlCommand implements Runnable {
  private static final String ROWS = "1000";

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Given before or behind the name of the command, as the output is. */
  @Mixin private CtlTarget target = new CtlTarget();

  @Mixin private OutputOption output = new OutputOption();

  CtlCommand() {}

  CtlTarget target() {
    return target;
  }

  OutputOption output() {
    return output;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "COMMAND: missing (expected: one of the commands)");
  }

  @Command(description = "Lists the address spaces.")
  int spaces() {
    List<SpaceRow> rows = target.ask(Coordinator::spaces);
    output.print(Map.of("spaces", rows), () -> SpaceRow.table(rows));
    return ExitCode.OK;
  }

  @Command(description = "Lists the sessions, also those that ended a while ago.")
  int sessions() {
    List<SessionRow> rows = target.ask(Coordinator::sessions);
    output.print(Map.of("sessions", rows), () -> SessionRow.table(rows));
    return ExitCode.OK;
  }

  @Command(description = "Lists subscriptions: all, or those that overlap a range.")
  int subscriptions(
      @Option(
              names = "--space",
              paramLabel = "SPACE",
              description = "Id or name. Default: those of all spaces.")
          @Nullable String space,
      @Option(
              names = "--range",
              paramLabel = "FIRST-LAST",
              description = "Both ends inclusive, hexadecimal, as in 0x1000-0x1fff.")
          @Nullable String range,
      @Option(
              names = "--limit",
              defaultValue = ROWS,
              description = "Most rows, 1 to 1000. Default: ${DEFAULT-VALUE}.")
          int limit) {
    AddressRange overlapping = range == null ? null : Addresses.parse("--range", range);
    Listing<SubscriptionRow> listing =
        target.ask(node -> node.subscriptions(space, overlapping, limit));
    output.print(
        Map.of("subscriptions", listing.rows(), "truncated", listing.truncated()),
        () -> SubscriptionRow.table(listing));
    return ExitCode.OK;
  }

  @Command(description = "Lists the running invalidations, with who still owes an ack.")
  int invalidations(
      @Option(
              names = "--space",
              paramLabel = "SPACE",
              description = "Id or name. Default: those of all spaces.")
          @Nullable String space,
      @Option(
              names = "--limit",
              defaultValue = ROWS,
              description = "Most rows, 1 to 1000. Default: ${DEFAULT-VALUE}.")
          int limit) {
    Listing<InvalidationRow> listing =
        target.ask(node -> node.invalidations(space == null ? 0 : node.spaceId(space), limit));
    output.print(
        Map.of("invalidations", listing.rows(), "truncated", listing.truncated()),
        () -> InvalidationRow.table(listing));
    return ExitCode.OK;
  }

  @Command(description = "Shows the node.")
  int node() {
    NodeInfo node = target.ask(Coordinator::node);
    output.print(node, node::table);
    return ExitCode.OK;
  }

  @Command(description = "Evicts a session: it is told, and its lease is waited out.")
  int evict(
      @Parameters(paramLabel = "SESSION", description = "Id of the session.") long session,
      @Option(
              names = "--cause",
              defaultValue = "evicted by an operator",
              description = "Shown in listings. Default: ${DEFAULT-VALUE}.")
          String cause) {
    boolean done =
        target.ask(
            node -> {
              node.evict(session, cause);
              return true;
            });
    output.print(
        Map.of("session_id", session, "evicted", done),
        () -> "session " + session + " evicted" + System.lineSeparator());
    return ExitCode.OK;
  }

  @Command(description = "Stops the node gracefully.")
  int drain(
      @Option(
              names = "--deadline",
              defaultValue = "10s",
              paramLabel = "TIME",
              description = "After which streams are closed. Default: ${DEFAULT-VALUE}.")
          Duration deadline) {
    boolean done =
        target.ask(
            node -> {
              node.drain(deadline);
              return true;
            });
    output.print(
        Map.of("draining", done),
        () ->
            "draining, streams are closed in "
                + deadline.toMillis()
                + " ms"
                + System.lineSeparator());
    return ExitCode.OK;
  }
}
