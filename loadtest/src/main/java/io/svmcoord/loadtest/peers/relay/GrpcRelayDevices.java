package io.svmcoord.loadtest.peers.relay;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.loadtest.load.EncodedMessage;
import io.svmcoord.loadtest.peers.system.DeviceFleet;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The devices of the gRPC relay: a stream each. */
final class GrpcRelayDevices implements PeerDevices {
  private final PeerTarget target;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final DeviceFleet fleet;

  GrpcRelayDevices(PeerTarget target, Consumer<String> onLost) {
    this.target = target;
    this.fleet = new DeviceFleet("grpc-relay", onLost);
  }

  @Override
  public void growTo(int devices) {
    fleet.growTo(devices, this::connect);
  }

  private CompletableFuture<Void> connect(PeerLoop loop) {
    ManagedChannel channel = loop.grpcChannel(target.address());
    channels.add(channel);
    ClientCall<EncodedMessage, EncodedMessage> call =
        channel.newCall(GrpcRelayWire.SUBSCRIBE, CallOptions.DEFAULT);
    Device device = new Device(call);
    call.start(device, new Metadata());
    call.request(Integer.MAX_VALUE);
    call.sendMessage(GrpcRelayWire.empty());
    return device.subscribed;
  }

  @Override
  public long acks() {
    return fleet.acks();
  }

  @Override
  public void close() {
    fleet.stop();
    channels.forEach(ManagedChannel::shutdownNow);
    fleet.close();
  }

  private final class Device extends ClientCall.Listener<EncodedMessage> {
    private final ClientCall<EncodedMessage, EncodedMessage> call;
    private final CompletableFuture<Void> subscribed = new CompletableFuture<>();

    Device(ClientCall<EncodedMessage, EncodedMessage> call) {
      this.call = call;
    }

    @Override
    public void onMessage(EncodedMessage message) {
      if (message.bytes().length == 0) {
        subscribed.complete(null);
        return;
      }
      fleet.countAck();
      call.sendMessage(GrpcRelayWire.ack(GrpcRelayWire.id(message)));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      subscribed.completeExceptionally(status.asRuntimeException(trailers));
      fleet.lost(status.toString());
    }
  }
}
