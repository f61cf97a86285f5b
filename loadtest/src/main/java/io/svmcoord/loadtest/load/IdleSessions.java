package io.svmcoord.loadtest.load;

import io.svmcoord.loadtest.report.RunFailure;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Device sessions that nothing happens to, all on one event loop. Confined to one thread. */
public final class IdleSessions implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);

  /** Sessions that open at once: more would wait in the listener's queue and time out there. */
  private static final int OPENING_MAX = 128;

  private final Connections connections;

  private IdleSessions(Connections connections) {
    this.connections = connections;
  }

  /**
   * Opens them; blocks until each has all its subscriptions.
   *
   * @param numbers first number, inclusive, and last, exclusive, of the sessions of this process
   * @param connections TCP connections that they share
   * @param ttl time to live of their leases
   * @param onLost told when one ends
   * @throws RunFailure when one is refused
   */
  public static IdleSessions open(
      InetSocketAddress target,
      Numbers numbers,
      int connections,
      IdlePages pages,
      Duration ttl,
      Consumer<String> onLost) {
    IdleSessions idle = new IdleSessions(Connections.to(target, connections, 1));
    try {
      List<IdleSession> opening = new ArrayList<>();
      for (int number = numbers.first(); number < numbers.end(); number++) {
        int ttlMillis = Math.toIntExact(ttl.toMillis());
        IdleSession session = new IdleSession(idle.connections, number, pages, ttlMillis);
        String name = "idle session " + number;
        var _ = session.closed().thenAccept(status -> onLost.accept(name + ": " + status));
        session.start();
        opening.add(session);
        if (opening.size() == OPENING_MAX) {
          awaitReady(opening);
          opening.clear();
        }
      }
      awaitReady(opening);
      return idle;
    } catch (RuntimeException e) {
      idle.close();
      throw e;
    }
  }

  /**
   * Which of all sessions a process has.
   *
   * @param first number of the first
   * @param end number after the last
   */
  public record Numbers(int first, int end) {}

  private static void awaitReady(List<IdleSession> opening) {
    CompletableFuture<?>[] ready =
        opening.stream().map(IdleSession::ready).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ready).get(READY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw RunFailure.foundWrong("an idle session was refused: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw RunFailure.foundWrong(
          "idle sessions: not open within " + READY_TIMEOUT.toMinutes() + " min", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RunFailure.foundWrong("idle sessions: interrupted", e);
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
