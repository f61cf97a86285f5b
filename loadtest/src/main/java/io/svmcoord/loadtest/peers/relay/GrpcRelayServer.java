package io.svmcoord.loadtest.peers.relay;

import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.svmcoord.loadtest.load.EncodedMessage;
import io.svmcoord.loadtest.peers.system.AckCounts;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.report.RunFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The relay: an operation goes to every device, and is answered when each has acked. Nothing bounds
 * what waits for a device but the number of slots. Confined to its event loop.
 */
final class GrpcRelayServer {
  private final List<ServerCall<EncodedMessage, EncodedMessage>> devices = new ArrayList<>();
  private final AckCounts acks = new AckCounts();

  /** The host's call of each slot. */
  private final List<@Nullable ServerCall<EncodedMessage, EncodedMessage>> hosts =
      new ArrayList<>();

  GrpcRelayServer() {
    for (int slot = 0; slot < PeerHost.SLOTS; slot++) {
      hosts.add(null);
    }
  }

  int serve(PeerLoop loop) {
    ServerServiceDefinition service =
        ServerServiceDefinition.builder(GrpcRelayWire.SERVICE)
            .addMethod(GrpcRelayWire.SUBSCRIBE, (call, headers) -> new Device(call))
            .addMethod(GrpcRelayWire.PUBLISH, (call, headers) -> new Publication(call))
            .build();
    try {
      return NettyServerBuilder.forAddress(
              new PeerTarget(0, 0).address(), InsecureServerCredentials.create())
          .channelType(loop.serverChannelType())
          .bossEventLoopGroup(loop.group())
          .workerEventLoopGroup(loop.group())
          .directExecutor()
          .flowControlWindow(PeerLoop.FLOW_CONTROL_WINDOW_BYTES)
          .withOption(ChannelOption.SO_BACKLOG, PeerLoop.BACKLOG)
          .withChildOption(ChannelOption.TCP_NODELAY, true)
          .addService(service)
          .build()
          .start()
          .getPort();
    } catch (IOException e) {
      throw RunFailure.foundWrong("grpc-relay: its server could not listen: " + e, e);
    }
  }

  private void publish(
      ServerCall<EncodedMessage, EncodedMessage> host, EncodedMessage publication) {
    long id = GrpcRelayWire.id(publication);
    acks.begin(id, devices.size());
    if (devices.isEmpty()) {
      answer(host, 0);
      return;
    }
    hosts.set(AckCounts.slot(id), host);
    for (ServerCall<EncodedMessage, EncodedMessage> device : devices) {
      device.sendMessage(publication);
    }
  }

  private void onAck(long id) {
    if (acks.ack(id)) {
      ServerCall<EncodedMessage, EncodedMessage> host = hosts.set(AckCounts.slot(id), null);
      if (host != null) {
        answer(host, acks.acks(id));
      }
    }
  }

  private static void answer(ServerCall<EncodedMessage, EncodedMessage> host, int acks) {
    host.sendHeaders(new Metadata());
    host.sendMessage(GrpcRelayWire.answer(acks));
    host.close(Status.OK, new Metadata());
  }

  /** The stream of one device. */
  private final class Device extends ServerCall.Listener<EncodedMessage> {
    private final ServerCall<EncodedMessage, EncodedMessage> call;
    private boolean isSubscribed;

    Device(ServerCall<EncodedMessage, EncodedMessage> call) {
      this.call = call;
      call.request(Integer.MAX_VALUE);
    }

    @Override
    public void onMessage(EncodedMessage message) {
      if (isSubscribed) {
        onAck(GrpcRelayWire.id(message));
        return;
      }
      isSubscribed = true;
      devices.add(call);
      call.sendHeaders(new Metadata());
      call.sendMessage(GrpcRelayWire.empty());
    }

    @Override
    public void onCancel() {
      devices.remove(call);
    }
  }

  /** One operation of the host. */
  private final class Publication extends ServerCall.Listener<EncodedMessage> {
    private final ServerCall<EncodedMessage, EncodedMessage> call;
    private @Nullable EncodedMessage publication;

    Publication(ServerCall<EncodedMessage, EncodedMessage> call) {
      this.call = call;
      call.request(1);
    }

    @Override
    public void onMessage(EncodedMessage message) {
      publication = message;
    }

    @Override
    public void onHalfClose() {
      if (publication == null) {
        call.close(Status.INVALID_ARGUMENT, new Metadata());
      } else {
        publish(call, publication);
      }
    }
  }
}
