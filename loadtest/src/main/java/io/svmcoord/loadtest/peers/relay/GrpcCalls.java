package io.svmcoord.loadtest.peers.relay;

import io.svmcoord.loadtest.peers.system.CallsPeer;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.peers.system.TwoCalls;
import io.svmcoord.loadtest.peers.system.TwoCallsHost;

/** Two unary calls that do nothing: publications to no device. */
public final class GrpcCalls implements Relay, CallsPeer {
  @Override
  public String name() {
    return "grpc-calls";
  }

  @Override
  public int serve(PeerLoop loop) {
    return new GrpcRelayServer().serve(loop);
  }

  @Override
  public PeerHost connectHost(PeerTarget target, OperationListener listener) {
    TwoCalls calls =
        new TwoCalls(
            GrpcRelayWire.PUBLISH,
            GrpcRelayWire.event(0),
            GrpcRelayWire.PUBLISH,
            answer -> GrpcRelayWire.event(0),
            answer -> GrpcRelayWire.acks(answer) == 0);
    return new TwoCallsHost(name(), target, calls, listener);
  }
}
