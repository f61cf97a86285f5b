package io.svmcoord.loadtest.peers.relay;

import io.grpc.ManagedChannel;
import io.netty.channel.EventLoop;
import io.svmcoord.loadtest.peers.system.AckCounts;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.peers.system.UnaryCalls;

/** The host of the gRPC relay: a unary call for each operation. */
final class GrpcRelayHost implements PeerHost {
  private final PeerLoop loop = new PeerLoop();
  private final ManagedChannel channel;
  private final OperationListener listener;
  private final AckCounts numbers = new AckCounts();

  GrpcRelayHost(PeerTarget target, OperationListener listener) {
    this.channel = loop.grpcChannel(target.address());
    this.listener = listener;
  }

  @Override
  public EventLoop loop() {
    return loop.loop();
  }

  @Override
  public void begin(int slot, int devices) {
    UnaryCalls.call(
        channel,
        GrpcRelayWire.PUBLISH,
        GrpcRelayWire.event(numbers.nextId(slot)),
        answer -> listener.completed(slot, GrpcRelayWire.acks(answer)),
        status -> listener.failed("grpc-relay: " + status));
  }

  @Override
  public void flush() {
    // gRPC flushes what was written on its event loop when the loop has nothing else to do.
  }

  @Override
  public void close() {
    channel.shutdownNow();
    loop.close();
  }
}
