package io.svmcoord.server.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.svmcoord.server.config.TransportKind;
import io.svmcoord.server.service.Loop;
import io.svmcoord.server.service.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of one server and the transport they run: one group for accepting and serving.
 * Thread-safe.
 */
public final class EventLoops implements AutoCloseable {
  private static final long SHUTDOWN_TIMEOUT_MILLIS = 2_000;

  private final TransportKind kind;
  private final EventLoopGroup group;
  private final Loops loops;

  private EventLoops(TransportKind kind, EventLoopGroup group) {
    this.kind = kind;
    this.group = group;
    List<Loop> all = new ArrayList<>();
    for (EventExecutor executor : group) {
      all.add(new NettyLoop(executor));
    }
    this.loops = new Loops(all);
  }

  /**
   * Starts the loops.
   *
   * @param count number of loops, at least 1
   * @throws IllegalStateException if the transport can't be had, with the cause
   */
  public static EventLoops start(TransportKind kind, int count) {
    SocketTypes.require(kind);
    return new EventLoops(
        kind,
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("svm-loop", true), SocketTypes.handlers(kind)));
  }

  EventLoopGroup group() {
    return group;
  }

  /** The transport in use. */
  public TransportKind kind() {
    return kind;
  }

  /** The loops as services see them. */
  public Loops loops() {
    return loops;
  }

  /** The loops as meters see them. */
  public Iterable<EventExecutor> executors() {
    return group;
  }

  /** Stops the loops; blocks until they are gone. */
  @Override
  public void close() {
    group
        .shutdownGracefully(0, SHUTDOWN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly();
  }
}
