package io.svmcoord.loadtest.peers.svm;

import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerServer;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * svm with devices that share connections, as those of a few processes do: with a stream each, or
 * one gateway for each connection. Host and server are those of {@link SvmPeer}.
 */
public final class SvmSharedPeer implements Peer {
  /** Connections of all devices together, and gateways. */
  private static final int CONNECTIONS = 10;

  private final String name;
  private final boolean areStreamsShared;

  private SvmSharedPeer(String name, boolean areStreamsShared) {
    this.name = name;
    this.areStreamsShared = areStreamsShared;
  }

  /** A stream for each device. */
  public static SvmSharedPeer streams() {
    return new SvmSharedPeer("svm-shared", false);
  }

  /** A gateway for the devices of a connection. */
  public static SvmSharedPeer gateways() {
    return new SvmSharedPeer("svm-gateway", true);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public int devicesMax() {
    return SvmPeer.CLIENTS_MAX;
  }

  @Override
  public boolean isVariant() {
    return true;
  }

  @Override
  public PeerServer startServer() {
    return SvmPeer.startServer(name);
  }

  @Override
  public PeerHost connectHost(PeerTarget target, OperationListener listener) {
    return SvmHost.connect(target, listener);
  }

  @Override
  public PeerDevices prepareDevices(PeerTarget target, int devices, Consumer<String> onLost) {
    return new SvmDevices(name, target, CONNECTIONS, areStreamsShared, onLost);
  }
}
