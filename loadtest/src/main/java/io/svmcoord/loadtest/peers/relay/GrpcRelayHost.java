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
    ClientCall<EncodedMessage, EncodedMessage> call =
        channel.newCall(GrpcRelayWire.PUBLISH, CallOptions.DEFAULT);
    call.start(new Answer(slot), new Metadata());
    call.request(2);
    call.sendMessage(GrpcRelayWire.event(numbers.nextId(slot)));
    call.halfClose();
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

  private final class Answer extends ClientCall.Listener<EncodedMessage> {
    private final int slot;
    private int acks = -1;

    Answer(int slot) {
      this.slot = slot;
    }

    @Override
    public void onMessage(EncodedMessage message) {
      acks = GrpcRelayWire.acks(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (status.isOk()) {
        listener.completed(slot, acks);
      } else {
        listener.failed("grpc-relay: " + status);
      }
    }
  }
}
