package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.ctl.Coordinator;
import java.util.function.Function;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The option {@code --target} of the {@code ctl} commands. */
final class CtlTarget {
  @Option(
      names = "--target",
      defaultValue = "127.0.0.1:7070",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT",
      description = "The coordinator. Default: ${DEFAULT-VALUE}.")
  private String target = "";

  CtlTarget() {}

  /** Asks the coordinator something, and closes the connection. */
  <T> T ask(Function<Coordinator, T> question) {
    try (Coordinator coordinator = Coordinator.at(TargetOption.parse("--target", target))) {
      return question.apply(coordinator);
    }
  }
}
