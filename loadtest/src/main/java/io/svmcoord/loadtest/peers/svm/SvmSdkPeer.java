package io.svmcoord.loadtest.peers.svm;

import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerServer;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.process.Launch;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * svm with devices of the Java SDK, each a client of its own: what a device pays that keeps the
 * whole contract. Host and server are those of {@link SvmPeer}.
 */
public final class SvmSdkPeer implements Peer {
  /** A client has a timer thread of its own; one process has seldom more than one client. */
  private static final int CLIENTS_MAX = 200;

  @Override
  public String name() {
    return "svm-sdk";
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public int devicesMax() {
    return CLIENTS_MAX;
  }

  @Override
  public PeerServer startServer() {
    return SvmServers.start(name(), Launch.SAME);
  }

  @Override
  public PeerHost connectHost(PeerTarget target, OperationListener listener) {
    return SvmHost.connect(target.address(), target.spaceId(), listener);
  }

  @Override
  public PeerDevices prepareDevices(PeerTarget target, int devices, Consumer<String> onLost) {
    return new SdkDevices(target, onLost);
  }
}
