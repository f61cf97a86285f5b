package io.svmcoord.loadtest.peers.relay;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.svmcoord.loadtest.load.EncodedMessage;
import io.svmcoord.loadtest.peers.system.AckCounts;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;

/** Sends messages on one stream; each comes back. */
final class GrpcEchoHost extends ClientCall.Listener<EncodedMessage> implements PeerHost {
  private final PeerLoop loop = new PeerLoop();
  private final AckCounts numbers = new AckCounts();
  private final ManagedChannel channel;
  private final ClientCall<EncodedMessage, EncodedMessage> call;
  private final OperationListener listener;

  GrpcEchoHost(PeerTarget target, OperationListener listener) {
    this.channel = loop.grpcChannel(target.address());
    this.call = channel.newCall(GrpcRelayWire.ECHO, CallOptions.DEFAULT);
    this.listener = listener;
    call.start(this, new Metadata());
    call.request(Integer.MAX_VALUE);
  }

  @Override
  public EventLoop loop() {
    return loop.loop();
  }

  @Override
  public void begin(int slot, int devices) {
    call.sendMessage(GrpcRelayWire.event(numbers.nextId(slot)));
  }

  @Override
  public void onMessage(EncodedMessage message) {
    listener.completed(AckCounts.slot(GrpcRelayWire.id(message)), 0);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    listener.failed("grpc-echo: " + status);
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
