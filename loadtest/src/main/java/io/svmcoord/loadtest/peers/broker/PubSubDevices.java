package io.svmcoord.loadtest.peers.broker;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.svmcoord.loadtest.peers.system.DeviceFleet;
import io.svmcoord.loadtest.peers.system.Payload;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Devices that publish an ack for each event. */
final class PubSubDevices implements PeerDevices {
  private final PubSubProtocol protocol;
  private final PeerTarget target;
  private final DeviceFleet fleet;

  PubSubDevices(PubSubProtocol protocol, PeerTarget target, Consumer<String> onLost) {
    this.protocol = protocol;
    this.target = target;
    this.fleet = new DeviceFleet(protocol.system(), onLost);
  }

  @Override
  public void growTo(int devices) {
    fleet.growTo(devices, this::connect);
  }

  private CompletableFuture<Void> connect(PeerLoop loop) {
    Device device = new Device();
    loop.startConnecting(target, device.subscribed, protocol.decoder(), device);
    return device.subscribed;
  }

  @Override
  public long acks() {
    return fleet.acks();
  }

  @Override
  public void close() {
    fleet.close();
  }

  private final class Device extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Void> subscribed = new CompletableFuture<>();

    @Override
    public void channelActive(ChannelHandlerContext context) {
      PeerLoop.writeAndFlush(
          context.channel(), protocol.subscribe(context.alloc(), PubSubPeer.EVENTS));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Long id) {
        fleet.countAck();
        PeerLoop.write(
            context.channel(),
            protocol.publish(context.alloc(), PubSubPeer.ACKS, id, Payload.ID_BYTES));
      } else {
        subscribed.complete(null);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      fleet.lost("its connection ended");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      subscribed.completeExceptionally(cause);
      fleet.lost(cause.toString());
    }
  }
}
