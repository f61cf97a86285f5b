package io.svmcoord.loadtest.cli;

import io.svmcoord.loadtest.process.MemoryUse;
import io.svmcoord.loadtest.process.Termination;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The option {@code --stop-with-stdin} of commands that run until they are told to stop. */
final class StopWithStdin {
  @Option(
      names = "--stop-with-stdin",
      description = "Stop also when standard input ends: for programs that start this one.")
  private boolean isFollowing;

  StopWithStdin() {}

  /** True: another program started this one. */
  boolean isFollowing() {
    return isFollowing;
  }

  /** The signal to stop; close it when everything is cleared up. */
  Termination install() {
    return install(order -> {});
  }

  /**
   * The same; whoever started this one may also ask for its memory.
   *
   * @param onAsked answers; on a thread of its own
   */
  Termination install(Consumer<MemoryUse.Order> onAsked) {
    Termination signal = Termination.install();
    if (isFollowing) {
      signal.follow(System.in, onAsked);
    }
    return signal;
  }
}
