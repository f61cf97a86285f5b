package io.svmcoord.loadtest.conformance;

import io.svmcoord.conformance.v1.Idle;
import io.svmcoord.conformance.v1.NextResponse;
import io.svmcoord.conformance.v1.Stop;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** The instructions that wait for a worker, of all checks. Thread-safe. */
final class Instructions {
  /** Workers that a device program runs at least: no check needs more at the same time. */
  static final int WORKERS_MIN = 4;

  /** Instructions that wait at most; a script gives a handful. */
  private static final int WAITING_MAX = 256;

  /** For how long a call waits before its worker has to ask again. */
  static final Duration IDLE_AFTER = Duration.ofSeconds(5);

  private final LinkedBlockingDeque<NextResponse> waiting = new LinkedBlockingDeque<>(WAITING_MAX);
  private final AtomicLong lastId = new AtomicLong();
  private int idleWorkers;
  private volatile boolean isStopped;

  /** The id of a new instruction. */
  long nextId() {
    return lastId.incrementAndGet();
  }

  /** Gives an instruction to the next worker that asks. */
  void add(NextResponse instruction) {
    waiting.addLast(instruction);
  }

  /** Forgets what nobody has asked for. */
  void clear() {
    waiting.clear();
  }

  /** From now on every worker is told to stop. */
  void stop() {
    isStopped = true;
    // Wakes one of those who wait, who wakes the next.
    var _ = waiting.offerFirst(stopped());
  }

  /** The next instruction; blocks. One whose caller has gone stays for the next worker. */
  NextResponse next(BooleanSupplier isCallerGone) {
    count(1);
    try {
      NextResponse found = waiting.pollFirst(IDLE_AFTER.toMillis(), TimeUnit.MILLISECONDS);
      if (isStopped) {
        var _ = waiting.offerFirst(stopped());
        return stopped();
      }
      if (found != null && isCallerGone.getAsBoolean()) {
        var _ = waiting.offerFirst(found);
        return idle();
      }
      return found == null ? idle() : found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return idle();
    } finally {
      count(-1);
    }
  }

  /** Waits until so many workers ask at the same time; returns how many do. */
  synchronized int awaitWorkers(int workers, Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    try {
      while (idleWorkers < workers) {
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (leftMillis <= 0) {
          break;
        }
        wait(leftMillis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return idleWorkers;
  }

  private synchronized void count(int change) {
    idleWorkers += change;
    notifyAll();
  }

  private static NextResponse idle() {
    return NextResponse.newBuilder().setIdle(Idle.getDefaultInstance()).build();
  }

  private static NextResponse stopped() {
    return NextResponse.newBuilder().setStop(Stop.getDefaultInstance()).build();
  }
}
