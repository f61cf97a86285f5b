package io.svmcoord.client;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the SDK connects: Netty, native epoll where there is one. */
final class Channels {
  private static final Logger LOG = LoggerFactory.getLogger(Channels.class);

  /** Bytes under way to a client before the coordinator has to wait for it. */
  private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

  /**
   * Time for one connection attempt: an address that does not answer must not use up a lease before
   * the next one is tried. Netty's default is 30 s.
   */
  private static final int CONNECT_TIMEOUT_MILLIS = 2_000;

  /** Any of the addresses first: the second connection of a silent session perhaps has another. */
  private static final Map<String, ?> SERVICE_CONFIG =
      Map.of(
          "loadBalancingConfig", List.of(Map.of("pick_first", Map.of("shuffleAddressList", true))));

  /** How often a connection is tried that is silent though calls wait; gRPC's smallest. */
  static final int KEEP_ALIVE_SECONDS = 10;

  /** Time for the answer; then its calls fail, and the next one gets another connection. */
  private static final int KEEP_ALIVE_TIMEOUT_SECONDS = 5;

  static {
    if (!Epoll.isAvailable()) {
      LOG.info(
          "native epoll is not available, using NIO: {}", Epoll.unavailabilityCause().getMessage());
    }
  }

  private Channels() {}

  /**
   * A channel whose streams run on Netty's threads: whoever uses it hands callbacks over. gRPC
   * itself chooses epoll where it is on the class path, and for unix:/path a domain socket.
   */
  static ManagedChannel open(String target, String userAgent) {
    ManagedChannelBuilder<?> builder =
        Grpc.newChannelBuilder(target, InsecureChannelCredentials.create());
    if (builder instanceof NettyChannelBuilder netty) {
      netty
          .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
          .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS);
    }
    return builder
        .directExecutor()
        .defaultServiceConfig(SERVICE_CONFIG)
        // Without it calls on a connection that leads nowhere time out until TCP gives it up, which
        // takes a quarter of an hour.
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .userAgent(userAgent)
        .build();
  }
}
