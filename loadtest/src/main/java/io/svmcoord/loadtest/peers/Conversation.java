package io.svmcoord.loadtest.peers;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.process.ChildProcess;
import io.svmcoord.loadtest.report.Json;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A process that plays a {@link PeerRole}, and the talk with it. Confined to one thread at a time.
 */
final class Conversation implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);

  private final ChildProcess process;
  private final Replies replies;

  private Conversation(ChildProcess process, Replies replies) {
    this.process = process;
    this.replies = replies;
  }

  /** Starts the process; {@link #awaitReady} before the first order. */
  static Conversation start(String name, List<String> arguments) {
    Replies replies = new Replies();
    ChildProcess process = ChildProcess.start(name, arguments, replies::accept);
    var _ =
        process
            .ended()
            .thenAccept(code -> replies.broken.complete(name + ": ended with code " + code));
    return new Conversation(process, replies);
  }

  void awaitReady() {
    process.awaitReady(READY_TIMEOUT);
  }

  /** Gives an order; at once. What it answers to it comes later. */
  CompletableFuture<JsonNode> ask(Object order) {
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    replies.awaited = answer;
    process.tell(Json.line(order));
    return answer;
  }

  /** Completes with the reason when it can't go on. */
  CompletableFuture<String> broken() {
    return replies.broken;
  }

  /** Asks it to end; at once. */
  void stop() {
    process.stop();
  }

  @Override
  public void close() {
    process.close();
  }

  /** What the process says. Written by the thread that reads it. */
  private static final class Replies {
    /** Nobody awaits the first line here: {@link ChildProcess#awaitReady} does. */
    private volatile CompletableFuture<JsonNode> awaited = new CompletableFuture<>();

    private final CompletableFuture<String> broken = new CompletableFuture<>();

    void accept(JsonNode line) {
      if (line.has("lost")) {
        broken.complete(line.path("lost").asText());
      } else {
        awaited.complete(line);
      }
    }
  }
}
