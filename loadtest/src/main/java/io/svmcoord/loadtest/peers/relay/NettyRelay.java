package io.svmcoord.loadtest.peers.relay;

import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.util.function.Consumer;

/**
 * The floor of the JVM and the sockets: frames of a length and a few bytes, written together and
 * flushed once for everything that was read at once.
 */
public final class NettyRelay implements Relay {
  @Override
  public String name() {
    return "netty-relay";
  }

  @Override
  public int serve(PeerLoop loop) {
    return new NettyRelayServer().serve(loop);
  }

  @Override
  public PeerHost connectHost(PeerTarget target, OperationListener listener) {
    return new NettyRelayHost(target, listener);
  }

  @Override
  public PeerDevices prepareDevices(PeerTarget target, int devicesMax, Consumer<String> onLost) {
    return new NettyRelayDevices(target, onLost);
  }
}
