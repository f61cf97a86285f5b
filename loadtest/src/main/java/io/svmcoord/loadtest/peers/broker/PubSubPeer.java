package io.svmcoord.loadtest.peers.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.svmcoord.loadtest.peers.system.NettyDevices;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.Payload;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerServer;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Events published to one channel, acks to another: each client has one connection, subscribed to
 * one and publishing to the other.
 */
public final class PubSubPeer implements Peer {
  /** The devices subscribe to it. */
  static final String EVENTS = "events";

  /** The host subscribes to it. */
  static final String ACKS = "acks";

  private final PubSubProtocol protocol;

  private PubSubPeer(PubSubProtocol protocol) {
    this.protocol = protocol;
  }

  /** Redis. */
  public static Peer redis() {
    return new PubSubPeer(new RedisProtocol());
  }

  /** NATS. */
  public static Peer nats() {
    return new PubSubPeer(new NatsProtocol());
  }

  @Override
  public String name() {
    return protocol.system();
  }

  @Override
  public Optional<String> missing() {
    return protocol.missing();
  }

  @Override
  public PeerServer startServer() {
    return protocol.startServer();
  }

  @Override
  public PeerHost connectHost(PeerTarget target, OperationListener listener) {
    return PubSubHost.connect(protocol, target, listener);
  }

  @Override
  public PeerDevices prepareDevices(PeerTarget target, int devices, Consumer<String> onLost) {
    return new NettyDevices(name(), new DeviceWire(protocol), target, onLost);
  }

  /** A device publishes an ack for each event. */
  private record DeviceWire(PubSubProtocol protocol) implements NettyDevices.Wire {
    @Override
    public ChannelHandler decoder() {
      return protocol.decoder();
    }

    @Override
    public ByteBuf subscribe(ByteBufAllocator allocator) {
      return protocol.subscribe(allocator, EVENTS);
    }

    @Override
    public @Nullable ByteBuf ack(ByteBufAllocator allocator, Object message) {
      return message instanceof Long id
          ? protocol.publish(allocator, ACKS, id, Payload.ID_BYTES)
          : null;
    }
  }
}
