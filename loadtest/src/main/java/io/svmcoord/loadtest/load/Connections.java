package io.svmcoord.loadtest.load;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A number of connections to one coordinator, all on the same event loops, callbacks on these
 * loops. Thread-safe.
 */
final class Connections implements AutoCloseable {
  private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final EventLoopGroup loops;
  private final List<ManagedChannel> channels;

  private Connections(EventLoopGroup loops, List<ManagedChannel> channels) {
    this.loops = loops;
    this.channels = channels;
  }

  /** Connections to {@code target}; each is made when its first call starts. */
  static Connections to(SocketAddress target, int connections, int eventLoops) {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(eventLoops, io);
    List<ManagedChannel> channels = new ArrayList<>(connections);
    for (int i = 0; i < connections; i++) {
      channels.add(channel(target, loops));
    }
    return new Connections(loops, List.copyOf(channels));
  }

  private static ManagedChannel channel(SocketAddress target, EventLoopGroup loops) {
    return NettyChannelBuilder.forAddress(target, InsecureChannelCredentials.create())
        .eventLoopGroup(loops)
        .channelType(SocketTypes.of(target), target.getClass())
        // Callbacks stay on the event loop; and a fixed window turns off the pings that measure
        // one.
        .directExecutor()
        .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
        .build();
  }

  /** The connection that the client of this number uses. */
  ManagedChannel channel(int client) {
    return channels.get(client % channels.size());
  }

  int size() {
    return channels.size();
  }

  /** The event loop that the caller runs on. */
  EventLoop currentLoop() {
    for (EventExecutor executor : loops) {
      if (executor.inEventLoop()) {
        return (EventLoop) executor;
      }
    }
    throw new IllegalStateException(
        "thread: " + Thread.currentThread().getName() + " (expected: an event loop)");
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    loops
        .shutdownGracefully(0, STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(STOP_TIMEOUT.toMillis());
  }
}
