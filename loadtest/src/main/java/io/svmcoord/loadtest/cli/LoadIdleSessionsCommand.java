package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.load.IdlePages;
import io.svmcoord.loadtest.load.IdleSessions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code svm load idle-sessions}: a process that {@code svm load growth} and others start. */
@Command(
    name = "idle-sessions",
    hidden = true,
    description = "Device sessions that nothing happens to. Runs until its standard input ends.")
final class LoadIdleSessionsCommand implements Callable<Integer> {
  @Option(names = "--target", required = true, description = "The coordinator.")
  private String target = "";

  @Option(names = "--space", required = true, description = "Id of the address space.")
  private long spaceId;

  @Option(names = "--first", required = true, description = "Number of the first session.")
  private int first;

  @Option(names = "--sessions", required = true, description = "How many sessions.")
  private int sessions;

  @Option(names = "--connections", required = true, description = "TCP connections they share.")
  private int connections;

  @Option(names = "--subscriptions", required = true, description = "Pages of each session.")
  private int subscriptions;

  @Option(names = "--ttl", required = true, description = "Time to live of their leases.")
  private Duration ttl = Duration.ZERO;

  @Spec private CommandSpec spec = CommandSpec.create();

  LoadIdleSessionsCommand() {}

  @Override
  public Integer call() {
    try (HeldSessions held = new HeldSessions(spec);
        IdleSessions idle =
            IdleSessions.open(
                TargetOption.parse("--target", target),
                new IdleSessions.Numbers(first, first + sessions),
                connections,
                Usage.checked(() -> new IdlePages(spaceId, subscriptions)),
                ttl,
                held::lost)) {
      return held.hold(Map.of("ready", true, "sessions", sessions));
    }
  }
}
