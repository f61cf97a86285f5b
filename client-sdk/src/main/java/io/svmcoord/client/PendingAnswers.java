package io.svmcoord.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Commands that wait for their answers, by correlation id. Ids are never used twice, also on
 * another stream; a command keeps its id when another stream carries it. Thread-safe, never blocks.
 *
 * @param <T> answer
 */
final class PendingAnswers<T> {
  /** Most commands of one session that wait for their answers. */
  static final int PENDING_MAX = 65_536;

  /** One command; {@code stream} is the one that carries it. */
  private record Pending<T>(Object stream, CompletableFuture<T> answer) {}

  private final Map<Long, Pending<T>> pending = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();

  /** An id for a command that is about to be sent. */
  long nextId() {
    return lastId.incrementAndGet();
  }

  /**
   * A command is about to be sent on a stream.
   *
   * @throws SvmException past {@link #PENDING_MAX}
   */
  CompletableFuture<T> register(long id, Object stream) {
    if (pending.size() >= PENDING_MAX) {
      throw new SvmException(
          Errors.LIMIT,
          true,
          "pending commands: more than %d (expected: at most that)".formatted(PENDING_MAX),
          Map.of("limit", Integer.toString(PENDING_MAX)),
          null);
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    pending.put(id, new Pending<>(stream, answer));
    return answer;
  }

  /** The future of a command, which no longer waits; null if nobody waits for it. */
  @Nullable CompletableFuture<T> take(long id) {
    Pending<T> one = pending.remove(id);
    return one == null ? null : one.answer();
  }

  /** The commands that a stream carries, by ascending id. */
  List<Long> carriedBy(Object stream) {
    List<Long> ids = new ArrayList<>();
    pending.forEach(
        (id, one) -> {
          if (one.stream().equals(stream)) {
            ids.add(id);
          }
        });
    ids.sort(null);
    return ids;
  }

  /** Another stream carries a command from now on; false if this one did not. */
  boolean move(long id, Object from, Object to) {
    Pending<T> one = pending.get(id);
    return one != null
        && one.stream().equals(from)
        && pending.replace(id, one, new Pending<>(to, one.answer()));
  }

  /** Fails a command, if it is still this stream that carries it. */
  void fail(long id, Object stream, SvmException cause) {
    Pending<T> one = pending.get(id);
    if (one != null && one.stream().equals(stream) && pending.remove(id, one)) {
      one.answer().completeExceptionally(cause);
    }
  }

  /** Fails every command that a stream carries: it will not be answered. */
  void failAll(Object stream, SvmException cause) {
    pending.forEach(
        (id, one) -> {
          if (one.stream().equals(stream) && pending.remove(id, one)) {
            one.answer().completeExceptionally(cause);
          }
        });
  }
}
