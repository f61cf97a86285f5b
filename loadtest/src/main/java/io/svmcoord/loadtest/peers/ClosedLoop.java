package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.report.Patience;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * Keeps a fixed number of operations running and takes their times: the same code for every system.
 * Told to, it begins them at a fixed rate instead, as long as they keep up with it. {@link #take}
 * is for one thread; everything else happens on the host's event loop.
 */
final class ClosedLoop implements AutoCloseable {
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final long LATENCY_MAX_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** What a turn may take beyond its length. */
  private static final Duration TURN_SLACK = Duration.ofSeconds(90);

  /** Operations that are counted at least, for each that runs at once, however slow they are. */
  private static final int OPS_PER_SLOT_MIN = 2;

  private final PeerHost host;
  private final CompletableFuture<RunFailure> failure = new CompletableFuture<>();
  private final Histogram latency = new Histogram(LATENCY_MAX_NANOS, SIGNIFICANT_DIGITS);
  private final long[] beginNanos = new long[PeerHost.SLOTS];
  private Turn turn = new Turn(new HostTurn.Order(0, 0, 0, 0, 0));

  /** Over a host that {@code connect} connects, given who listens to it. */
  ClosedLoop(Function<OperationListener, PeerHost> connect) {
    this.host = connect.apply(new Listener());
  }

  /**
   * Takes a turn; blocks until nothing of it runs any more.
   *
   * @throws RunFailure when an operation was not acked by all, or the host can't go on
   */
  HostTurn take(HostTurn.Order order) {
    Turn taken = new Turn(order);
    host.loop().execute(() -> start(taken));
    Duration timeout = TURN_SLACK.plusMillis(order.settleMillis() + order.durationMillis());
    return (HostTurn)
        Patience.await(
            CompletableFuture.anyOf(taken.done, failure.thenApply(ClosedLoop::thrown)),
            timeout,
            "operations, each acked by all");
  }

  private static Object thrown(RunFailure failure) {
    throw failure;
  }

  private void start(Turn next) {
    turn = next;
    latency.reset();
    int slots = next.order.outstanding();
    long interval = next.order.intervalNanos();
    long now = System.nanoTime();
    for (int slot = 0; slot < slots; slot++) {
      // Paced slots begin one after the other, not all at once.
      beginOrWait(slot, now + interval * slot / slots);
    }
    host.flush();
  }

  /** Begins at a time, or at once if that is over; what it is late by is a part of its time. */
  private void beginOrWait(int slot, long dueNanos) {
    Turn own = turn;
    long delay = dueNanos - System.nanoTime();
    if (delay <= 0) {
      begin(slot, dueNanos);
      return;
    }
    var _ =
        host.loop()
            .schedule(
                () -> {
                  if (turn == own && !own.isOver) {
                    begin(slot, dueNanos);
                    host.flush();
                  }
                },
                delay,
                TimeUnit.NANOSECONDS);
  }

  private void begin(int slot, long dueNanos) {
    turn.begun++;
    turn.running++;
    beginNanos[slot] = turn.order.intervalNanos() == 0 ? System.nanoTime() : dueNanos;
    host.begin(slot, turn.order.devices());
  }

  private void onCompleted(int slot) {
    long now = System.nanoTime();
    turn.running--;
    if (turn.isCounting(now)) {
      latency.recordValue(Math.min(now - beginNanos[slot], LATENCY_MAX_NANOS));
      turn.endIfLongEnough(now, latency.getTotalCount());
    }
    if (!turn.isOver) {
      beginOrWait(slot, beginNanos[slot] + turn.order.intervalNanos());
    } else if (turn.running == 0) {
      turn.done.complete(
          new HostTurn(
              turn.begun,
              latency.getTotalCount(),
              turn.endNanos - turn.countNanos,
              latency.getValueAtPercentile(50),
              latency.getValueAtPercentile(99)));
    }
  }

  @Override
  public void close() {
    host.close();
  }

  private final class Listener implements OperationListener {
    @Override
    public void completed(int slot, int acks) {
      if (acks == turn.order.devices()) {
        onCompleted(slot);
      } else {
        failed("acks: " + acks + " (expected: " + turn.order.devices() + ", one of each device)");
      }
    }

    @Override
    public void failed(String why) {
      failure.complete(RunFailure.foundWrong(why));
    }
  }

  /** One turn: it settles, it is counted, and it is over when what still runs has completed. */
  private static final class Turn {
    final HostTurn.Order order;
    final CompletableFuture<HostTurn> done = new CompletableFuture<>();
    private final long startNanos = System.nanoTime();
    private boolean isSettled;
    long begun;
    long running;
    long countNanos;
    long endNanos;
    boolean isOver;

    Turn(HostTurn.Order order) {
      this.order = order;
    }

    /** True when what completes now counts; the one that settles it does not. */
    boolean isCounting(long now) {
      if (isSettled) {
        return !isOver;
      }
      if (now - startNanos >= TimeUnit.MILLISECONDS.toNanos(order.settleMillis())) {
        isSettled = true;
        countNanos = now;
      }
      return false;
    }

    void endIfLongEnough(long now, long ops) {
      if (now - countNanos >= TimeUnit.MILLISECONDS.toNanos(order.durationMillis())
          && ops >= (long) OPS_PER_SLOT_MIN * order.outstanding()) {
        isOver = true;
        endNanos = now;
      }
    }
  }
}
