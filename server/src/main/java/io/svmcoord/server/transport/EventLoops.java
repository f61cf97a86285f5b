package io.svmcoord.server.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
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
   * @throws IllegalStateException if epoll is asked for and can't be had, with the cause: a silent
   *     fall-back to a slower transport would only be found by measuring
   */
  public static EventLoops start(TransportKind kind, int count) {
    if (kind == TransportKind.EPOLL && !Epoll.isAvailable()) {
      throw new IllegalStateException(
          "transport: epoll (expected: one that can be loaded here; nio works everywhere)",
          Epoll.unavailabilityCause());
    }
    return new EventLoops(
        kind,
        new MultiThreadIoEventLoopGroup(
            count, new DefaultThreadFactory("svm-loop", true), handlerFactory(kind)));
  }

  private static IoHandlerFactory handlerFactory(TransportKind kind) {
    return switch (kind) {
      case EPOLL -> EpollIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  Class<? extends ServerChannel> channelType() {
    return switch (kind) {
      case EPOLL -> EpollServerSocketChannel.class;
      case NIO -> NioServerSocketChannel.class;
    };
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
