package io.svmcoord.server.transport;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import io.svmcoord.server.config.Endpoint;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.server.config.TransportKind;
import io.svmcoord.server.service.ConnectionNames;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Builds the gRPC server on the event loops: handlers run on them, nothing hops, nothing blocks.
 */
public final class GrpcTransport {
  /** A fixed window of one MiB also turns off gRPC's bandwidth probes (PINGs), of no use here. */
  private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

  /**
   * How many times the limit of a message gRPC itself takes: up to there the answer names the
   * limit, past it gRPC cancels the call before the message is in memory. What one call of a
   * hostile client may hold is so many times the limit.
   */
  private static final int MESSAGE_BYTES_FACTOR = 4;

  private static final int INBOUND_METADATA_BYTES_MAX = 8 << 10;

  /**
   * In so many seconds a connection may cancel as many calls as configured. Calls that are begun
   * and reset without end cost their client nothing (CVE-2023-44487); clients whose deadlines pass
   * reset calls too.
   */
  private static final int RESETS_WINDOW_SECONDS = 10;

  private static final int BACKLOG = 1024;
  private static final int WATER_MARK_LOW_BYTES = 128 << 10;
  private static final int WATER_MARK_HIGH_BYTES = 512 << 10;
  private static final int KEEP_ALIVE_SECONDS = 15;
  private static final int KEEP_ALIVE_TIMEOUT_SECONDS = 5;
  private static final int PERMIT_KEEP_ALIVE_SECONDS = 5;
  private static final int TCP_USER_TIMEOUT_MILLIS = 10_000;

  private GrpcTransport() {}

  /**
   * Binds a TCP address and starts a server.
   *
   * @throws IOException if the address can't be bound
   */
  public static Server start(
      Endpoint listen,
      ServerConfig.Connection limits,
      ConnectionLimits connections,
      EventLoops loops,
      List<ServerServiceDefinition> services)
      throws IOException {
    NettyServerBuilder builder =
        builder(
                listen.resolve(),
                limits,
                connections,
                loops,
                SocketTypes.tcp(loops.kind()),
                services)
            .withChildOption(ChannelOption.TCP_NODELAY, true);
    // Without it a peer that vanished keeps its bytes in the socket for minutes.
    switch (loops.kind()) {
      case EPOLL ->
          builder.withChildOption(EpollChannelOption.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MILLIS);
      case IO_URING ->
          builder.withChildOption(IoUringChannelOption.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MILLIS);
      case NIO -> {}
    }
    return builder.build().start();
  }

  /**
   * Binds a Unix domain socket and starts a server. The file of a process that was killed is
   * removed first.
   *
   * @throws IOException if it can't be bound, as when another process listens on it
   */
  public static Server startUnix(
      Path path,
      ServerConfig.Connection limits,
      ConnectionLimits connections,
      EventLoops loops,
      List<ServerServiceDefinition> services)
      throws IOException {
    UnixSocketFile.makeRoom(path);
    TransportKind kind = loops.kind();
    return builder(
            SocketTypes.unixAddress(kind, path),
            limits,
            connections,
            loops,
            SocketTypes.unix(kind),
            services)
        .build()
        .start();
  }

  private static NettyServerBuilder builder(
      SocketAddress address,
      ServerConfig.Connection limits,
      ConnectionLimits connections,
      EventLoops loops,
      Class<? extends ServerChannel> channelType,
      List<ServerServiceDefinition> services) {
    BrokenStreams.install();
    ReflectiveChannelFactory<? extends ServerChannel> listeners =
        new ReflectiveChannelFactory<>(channelType);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address, InsecureServerCredentials.create())
            .channelFactory(() -> limited(listeners.newChannel(), connections))
            .bossEventLoopGroup(loops.group())
            .workerEventLoopGroup(loops.group())
            .directExecutor()
            .addTransportFilter(new ConnectionNames())
            .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
            .maxInboundMessageSize(limits.inboundMessageBytes() * MESSAGE_BYTES_FACTOR)
            .maxConcurrentCallsPerConnection(limits.calls())
            .maxRstFramesPerWindow(limits.resets(), RESETS_WINDOW_SECONDS)
            .maxInboundMetadataSize(INBOUND_METADATA_BYTES_MAX)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(PERMIT_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .withOption(ChannelOption.SO_BACKLOG, BACKLOG)
            .withChildOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(WATER_MARK_LOW_BYTES, WATER_MARK_HIGH_BYTES));
    services.forEach(builder::addService);
    return builder;
  }

  /** A listener whose connections pass the limits before anything else has them. */
  private static ServerChannel limited(ServerChannel listener, ConnectionLimits connections) {
    listener.pipeline().addFirst(connections);
    return listener;
  }
}
