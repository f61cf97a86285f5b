package io.svmcoord.loadtest.peers.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.svmcoord.loadtest.peers.system.DeviceFleet;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The devices of the Netty relay. */
final class NettyRelayDevices implements PeerDevices {
  private final PeerTarget target;
  private final DeviceFleet fleet;

  NettyRelayDevices(PeerTarget target, Consumer<String> onLost) {
    this.target = target;
    this.fleet = new DeviceFleet("netty-relay", onLost);
  }

  @Override
  public void growTo(int devices) {
    fleet.growTo(devices, this::connect);
  }

  private CompletableFuture<Void> connect(PeerLoop loop) {
    Device device = new Device();
    loop.startConnecting(target, device.subscribed, NettyRelayWire.decoder(), device);
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

  private final class Device extends SimpleChannelInboundHandler<ByteBuf> {
    private final CompletableFuture<Void> subscribed = new CompletableFuture<>();

    @Override
    public void channelActive(ChannelHandlerContext context) {
      PeerLoop.writeAndFlush(context.channel(), NettyRelayWire.subscribe(context.alloc()));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
      if (frame.readByte() == NettyRelayWire.EVENT) {
        fleet.countAck();
        PeerLoop.write(context.channel(), NettyRelayWire.ack(context.alloc(), frame.readLong()));
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
      fleet.lost(cause.toString());
    }
  }
}
