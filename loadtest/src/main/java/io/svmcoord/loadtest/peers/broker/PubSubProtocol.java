package io.svmcoord.loadtest.peers.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.svmcoord.loadtest.peers.system.PeerServer;
import java.util.Optional;

/** How one server is started and spoken to. Stateless. */
interface PubSubProtocol {
  /** The system's name. */
  String system();

  /** What has to be installed here first, for people; empty when it can run. */
  Optional<String> missing();

  /** Starts it; blocks until it accepts connections. */
  PeerServer startServer();

  /**
   * Reads what the server says to one connection: passes on {@link Subscribed} once, and the number
   * of each message as a {@link Long}.
   */
  ChannelHandler decoder();

  /** The first that a connection says: it subscribes to the channel, and to nothing else. */
  ByteBuf subscribe(ByteBufAllocator allocator, String channel);

  /**
   * A message.
   *
   * @param id number that it begins with
   * @param bytes length of it all, at least the number's
   */
  ByteBuf publish(ByteBufAllocator allocator, String channel, long id, int bytes);

  /** The server has heard the subscription. */
  enum Subscribed {
    SUBSCRIBED
  }
}
