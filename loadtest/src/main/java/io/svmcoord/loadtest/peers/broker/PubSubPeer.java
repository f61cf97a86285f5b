package io.svmcoord.loadtest.peers.broker;

import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerServer;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.util.Optional;
import java.util.function.Consumer;

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
    return new PubSubDevices(protocol, target, onLost);
  }
}
