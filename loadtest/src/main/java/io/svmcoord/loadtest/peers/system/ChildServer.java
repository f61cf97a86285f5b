package io.svmcoord.loadtest.peers.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.process.ChildProcess;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.process.MemoryUse;
import io.svmcoord.loadtest.report.Json;
import io.svmcoord.loadtest.report.Patience;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/** A server that is one more process of this program. Thread-safe. */
public final class ChildServer implements PeerServer {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** A full collection of a large heap is a part of it. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  private final ChildProcess process;
  private final Answers answers;
  private final PeerTarget target;

  private ChildServer(ChildProcess process, Answers answers, PeerTarget target) {
    this.process = process;
    this.answers = answers;
    this.target = target;
  }

  /** What the process says. Written by the thread that reads it. */
  private static final class Answers {
    /** Nobody awaits the first line here: {@link ChildProcess#awaitReady} does. */
    private volatile CompletableFuture<JsonNode> awaited = new CompletableFuture<>();

    void accept(JsonNode line) {
      awaited.complete(line);
    }
  }

  /**
   * Starts it; blocks until its first line names its {@code port}.
   *
   * @param target makes it ready for clients, given the port
   */
  public static ChildServer start(
      String name, List<String> arguments, IntFunction<PeerTarget> target) {
    return start(name, Launch.SAME, arguments, target);
  }

  /**
   * The same on a JVM of its own kind.
   *
   * @param target makes it ready for clients, given the port
   */
  public static ChildServer start(
      String name, Launch launch, List<String> arguments, IntFunction<PeerTarget> target) {
    Answers answers = new Answers();
    ChildProcess process = ChildProcess.start(name + " server", launch, arguments, answers::accept);
    try {
      int port = process.awaitReady(START_TIMEOUT).path("port").intValue();
      return new ChildServer(process, answers, target.apply(port));
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
  public OptionalLong allocatedBytes() {
    return OptionalLong.of(memory(MemoryUse.Order.NOW).allocatedBytes());
  }

  /**
   * Asks for its memory; blocks until it answers. One thread at a time.
   *
   * @throws RunFailure when it ended, or takes too long
   */
  public MemoryUse memory(MemoryUse.Order order) {
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.awaited = answer;
    process.tell(order.line());
    Object first =
        Patience.await(
            CompletableFuture.anyOf(answer, process.ended()),
            ANSWER_TIMEOUT,
            process.name() + ": its memory");
    if (first instanceof JsonNode line) {
      return Json.read(line, MemoryUse.class);
    }
    throw RunFailure.foundWrong(process.name() + ": ended with code " + first);
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
