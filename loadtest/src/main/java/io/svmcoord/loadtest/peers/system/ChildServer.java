package io.svmcoord.loadtest.peers.system;

import io.svmcoord.loadtest.process.ChildProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/** A server that is one more process of this program. Thread-safe. */
public final class ChildServer implements PeerServer {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final ChildProcess process;
  private final PeerTarget target;

  private ChildServer(ChildProcess process, PeerTarget target) {
    this.process = process;
    this.target = target;
  }

  /**
   * Starts it; blocks until its first line names its {@code port}.
   *
   * @param target makes it ready for clients, given the port
   */
  public static PeerServer start(
      String name, List<String> arguments, IntFunction<PeerTarget> target) {
    ChildProcess process = ChildProcess.start(name + " server", arguments, line -> {});
    try {
      int port = process.awaitReady(START_TIMEOUT).path("port").intValue();
      return new ChildServer(process, target.apply(port));
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  @Override
  public PeerTarget target() {
    return target;
  }

  @Override
  public Duration cpuTime() {
    return process.cpuTime();
  }

  @Override
  public CompletableFuture<Integer> ended() {
    return process.ended();
  }

  @Override
  public void close() {
    process.close();
  }
}
