package io.svmcoord.loadtest.peers.relay;

import io.svmcoord.loadtest.peers.system.CallsPeer;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;

/** A message on a stream that comes back as it is. */
public final class GrpcEcho implements Relay, CallsPeer {
  @Override
  public String name() {
    return "grpc-echo";
  }

  @Override
  public int serve(PeerLoop loop) {
    return new GrpcRelayServer().serve(loop);
  }

  @Override
  public PeerHost connectHost(PeerTarget target, OperationListener listener) {
    return new GrpcEchoHost(target, listener);
  }
}
