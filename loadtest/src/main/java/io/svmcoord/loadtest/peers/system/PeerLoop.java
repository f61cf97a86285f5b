package io.svmcoord.loadtest.peers.system;

import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.svmcoord.loadtest.load.SocketTypes;
import io.svmcoord.loadtest.report.RunFailure;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The one event loop of a host, of all devices, or of a server, and its sockets: epoll where it can
 * be loaded, for every system alike. Thread-safe.
 */
public final class PeerLoop implements AutoCloseable {
  /** Connections that may wait to be accepted. */
  public static final int BACKLOG = 1024;

  /**
   * A fixed window of one MiB also turns off gRPC's bandwidth probes; svm's server has the same.
   */
  public static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

  /** The transport of every loop of this JVM: epoll or nio. */
  public static String transport() {
    return Epoll.isAvailable() ? "epoll" : "nio";
  }

  /** The loop. */
  public EventLoop loop() {
    return group.next();
  }

  /** The loop, as builders want it. */
  public EventLoopGroup group() {
    return group;
  }

  /** Sockets that listen. */
  public Class<? extends ServerChannel> serverChannelType() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /**
   * A connection of its own for gRPC, by TCP or to a Unix domain socket; made when its first call
   * starts.
   */
  public ManagedChannel grpcChannel(SocketAddress target) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(target, InsecureChannelCredentials.create())
            .eventLoopGroup(group)
            .channelType(SocketTypes.of(target), target.getClass())
            .directExecutor()
            .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS);
    if (target instanceof InetSocketAddress) {
      builder.withOption(ChannelOption.TCP_NODELAY, true);
    }
    return builder.build();
  }

  /**
   * Connects by bare TCP; blocks until that is done.
   *
   * @param handlers of the connection, in their order
   * @throws RunFailure when nobody answers
   */
  public Channel connect(String system, PeerTarget target, ChannelHandler... handlers) {
    ChannelFuture connecting = bootstrap(handlers).connect(target.address());
    connecting.awaitUninterruptibly();
    if (!connecting.isSuccess()) {
      throw RunFailure.foundWrong(
          system + ": its server can't be reached: " + connecting.cause(), connecting.cause());
    }
    return connecting.channel();
  }

  /**
   * Starts to connect by bare TCP.
   *
   * @param ready fails if it can't be connected; that it is ready is for the handlers to say
   * @param handlers of the connection, in their order
   */
  public void startConnecting(
      PeerTarget target, CompletableFuture<Void> ready, ChannelHandler... handlers) {
    bootstrap(handlers)
        .connect(target.address())
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                ready.completeExceptionally(connected.cause());
              }
            });
  }

  private Bootstrap bootstrap(ChannelHandler... handlers) {
    return new Bootstrap()
        .group(group)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handlers);
              }
            })
        .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS);
  }

  /** A bare TCP server. */
  public ServerBootstrap serverBootstrap() {
    return new ServerBootstrap()
        .group(group)
        .channel(serverChannelType())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true);
  }

  /** Writes without a flush; a failure closes the connection, which its handlers see. */
  public static void write(Channel channel, Object message) {
    // The void promise: no future for each message.
    var _ = channel.write(message, channel.voidPromise());
  }

  /** Writes and flushes; a failure closes the connection, which its handlers see. */
  public static void writeAndFlush(Channel channel, Object message) {
    var _ = channel.writeAndFlush(message, channel.voidPromise());
  }

  /** Ends the loop and every connection of it; blocks until they are gone. */
  @Override
  public void close() {
    group
        .shutdownGracefully(0, STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(STOP_TIMEOUT.toMillis());
  }
}
