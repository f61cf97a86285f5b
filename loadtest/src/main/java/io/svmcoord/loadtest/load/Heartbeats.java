package io.svmcoord.loadtest.load;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.svmcoord.v1.Heartbeat;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Renews the leases of one stream, as often as the coordinator asks for. Nothing is fenced: who
 * loses a lease is told by the end of its stream. Confined to an event loop.
 */
public final class Heartbeats {
  private @Nullable Future<?> timer;
  private long number;

  /** Sends them from now on, on this loop, until {@link #stop}; nothing if it does already. */
  public void start(EventLoop loop, int periodMillis, Consumer<Heartbeat> send) {
    if (timer == null) {
      timer =
          loop.scheduleAtFixedRate(
              () -> send.accept(Heartbeat.newBuilder().setNumber(++number).build()),
              periodMillis,
              periodMillis,
              TimeUnit.MILLISECONDS);
    }
  }

  /** Sends no more. */
  public void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
