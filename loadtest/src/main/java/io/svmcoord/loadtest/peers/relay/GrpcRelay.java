package io.svmcoord.loadtest.peers.relay;

import io.svmcoord.loadtest.peers.system.ChildServer;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.util.function.Consumer;

/**
 * The floor of gRPC: a stream for each device, a unary call for each operation, messages that are
 * bytes already, one event loop that everything runs on.
 */
public final class GrpcRelay implements Relay {
  @Override
  public String name() {
    return "grpc-relay";
  }

  /** Starts its server; blocks until clients can come. */
  public static ChildServer startChild() {
    return Relay.startChild("grpc-relay");
  }

  @Override
  public int devicesMin() {
    return 0;
  }

  @Override
  public int serve(PeerLoop loop) {
    return new GrpcRelayServer().serve(loop);
  }

  @Override
  public PeerHost connectHost(PeerTarget target, OperationListener listener) {
    return new GrpcRelayHost(target, listener);
  }

  @Override
  public PeerDevices prepareDevices(PeerTarget target, int devices, Consumer<String> onLost) {
    return new GrpcRelayDevices(target, onLost);
  }
}
