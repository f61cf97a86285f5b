package io.svmcoord.server.kernel;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Hands changes to the {@link Memory}, and keeps who has to wait until theirs can't be lost any
 * more: nobody is told of a space or a session that a restart would not know (promise G10). What
 * nobody waits for, that something is over, may be lost: then it is waited for once more.
 *
 * <p>Bound: {@link #WAITING_MAX}. Confined to the coordinator's thread.
 */
final class Remembering {
  /** Most inputs that wait for the memory; more are refused. */
  static final int WAITING_MAX = 65_536;

  /** What goes on when a change is remembered or can't be; in the middle of a change. */
  interface Waiter {
    void remembered(long nowNanos);

    void failed(long nowNanos, Refusal refusal);
  }

  private record Waiting(long number, Waiter waiter) {}

  private final Core core;
  private final Memory memory;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long lastNumber;

  /** The last change that the memory did not take at once. */
  private long lastPending;

  Remembering(Core core, Memory memory) {
    this.core = core;
    this.memory = memory;
  }

  /** Why one more can't wait now; null if it can. */
  @Nullable Refusal full() {
    return waiting.size() < WAITING_MAX
        ? null
        : core.limitReached("waitingForMemoryMax", WAITING_MAX);
  }

  /** A change that nobody waits for. */
  void note(MemoryChange change) {
    var _ = isTaken(change);
  }

  /** A change that somebody waits for; the waiter may be called before this returns. */
  void note(long nowNanos, MemoryChange change, Waiter waiter) {
    if (isTaken(change)) {
      waiter.remembered(nowNanos);
    } else {
      waiting.add(new Waiting(lastNumber, waiter));
    }
  }

  private boolean isTaken(MemoryChange change) {
    boolean isTaken = memory.note(++lastNumber, change);
    if (!isTaken) {
      lastPending = lastNumber;
    }
    return isTaken;
  }

  /** Waits for what was noted so far, of which something is not remembered yet. */
  void join(Waiter waiter) {
    waiting.add(new Waiting(lastPending, waiter));
  }

  void remembered(long nowNanos, long number) {
    for (Waiter next = poll(number); next != null; next = poll(number)) {
      next.remembered(nowNanos);
    }
  }

  void failed(long nowNanos, long number, String why) {
    Refusal refusal = new Refusal.NotReady(core.kept(why), core.config().retryAfterNanos());
    for (Waiter next = poll(number); next != null; next = poll(number)) {
      next.failed(nowNanos, refusal);
    }
  }

  private @Nullable Waiter poll(long number) {
    Waiting first = waiting.peek();
    if (first == null || first.number > number) {
      return null;
    }
    waiting.remove();
    return first.waiter;
  }
}
