package io.svmcoord.loadtest.peers.system;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Devices of a system that is spoken to by bare TCP. Confined to one thread. */
public final class NettyDevices implements PeerDevices {
  private final Wire wire;
  private final PeerTarget target;
  private final DeviceFleet fleet;

  /** What a device says and hears. Stateless. */
  public interface Wire {
    /** Cuts what one connection reads into messages. */
    ChannelHandler decoder();

    /** The first that a connection says: it subscribes to the events. */
    ByteBuf subscribe(ByteBufAllocator allocator);

    /**
     * The ack of a message that is an event; null: the server has heard the subscription.
     *
     * @param message of the decoder; whoever calls this releases it
     */
    @Nullable ByteBuf ack(ByteBufAllocator allocator, Object message);
  }

  /**
   * None yet.
   *
   * @param onLost told when one's connection ends before they are closed
   */
  public NettyDevices(String system, Wire wire, PeerTarget target, Consumer<String> onLost) {
    this.wire = wire;
    this.target = target;
    this.fleet = new DeviceFleet(system, onLost);
  }

  @Override
  public void growTo(int devices) {
    fleet.growTo(devices, this::connect);
  }

  private CompletableFuture<Void> connect(PeerLoop loop) {
    Device device = new Device();
    loop.startConnecting(target, device.subscribed, wire.decoder(), device);
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
      PeerLoop.writeAndFlush(context.channel(), wire.subscribe(context.alloc()));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      try {
        ByteBuf ack = wire.ack(context.alloc(), message);
        if (ack == null) {
          subscribed.complete(null);
        } else {
          fleet.countAck();
          PeerLoop.write(context.channel(), ack);
        }
      } finally {
        var _ = ReferenceCountUtil.release(message);
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
