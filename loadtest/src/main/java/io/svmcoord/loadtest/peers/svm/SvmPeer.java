package io.svmcoord.loadtest.peers.svm;

import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerServer;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.process.Launch;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** svm: a begin, an event to each device, their acks, the answer; then the end. */
public final class SvmPeer implements Peer {
  /** Time to live of all leases. */
  static final Duration TTL = Duration.ofSeconds(10);

  /** Most devices: each of them is a connection, and open files and ports go no further. */
  static final int CLIENTS_MAX = 10_000;

  @Override
  public String name() {
    return "svm";
  }

  @Override
  public int devicesMin() {
    return 0;
  }

  @Override
  public int devicesMax() {
    return CLIENTS_MAX;
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
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
    return new SvmDevices(name(), target.address(), target.spaceId(), devices, false, onLost);
  }
}
