package io.svmcoord.loadtest.peers.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.svmcoord.loadtest.peers.system.AckCounts;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.report.RunFailure;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The relay: a publication goes to every device, and its host hears when each has acked. It has one
 * host. Nothing bounds what waits for a device but the number of slots. Confined to its event loop.
 */
final class NettyRelayServer {
  private final List<Channel> devices = new ArrayList<>();
  private final AckCounts acks = new AckCounts();
  private @Nullable Channel host;
  private boolean hasPublished;
  private boolean hasAnswered;

  int serve(PeerLoop loop) {
    ChannelFuture bound =
        loop.serverBootstrap()
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(NettyRelayWire.decoder(), new Client());
                  }
                })
            .bind(new PeerTarget(0, 0).address())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw RunFailure.foundWrong(
          "netty-relay: its server could not listen: " + bound.cause(), bound.cause());
    }
    return ((InetSocketAddress) bound.channel().localAddress()).getPort();
  }

  private void publish(Channel from, ByteBuf frame) {
    host = from;
    long id = frame.readLong();
    acks.begin(id, devices.size());
    if (devices.isEmpty()) {
      answer(from, id);
      return;
    }
    ByteBuf event = NettyRelayWire.payload(from.alloc(), NettyRelayWire.EVENT, id);
    for (Channel device : devices) {
      PeerLoop.write(device, event.retainedDuplicate());
    }
    event.release();
    hasPublished = true;
  }

  private void onAck(long id) {
    if (acks.ack(id) && host != null) {
      answer(host, id);
    }
  }

  private void answer(Channel to, long id) {
    PeerLoop.write(to, NettyRelayWire.done(to.alloc(), id, acks.acks(id)));
    hasAnswered = true;
  }

  /** What was read at once is done: all that it led to goes out together. */
  private void flush() {
    if (hasPublished) {
      hasPublished = false;
      devices.forEach(Channel::flush);
    }
    if (hasAnswered && host != null) {
      hasAnswered = false;
      host.flush();
    }
  }

  /** The connection of a device or a host. */
  private final class Client extends SimpleChannelInboundHandler<ByteBuf> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
      byte kind = frame.readByte();
      switch (kind) {
        case NettyRelayWire.SUBSCRIBE -> {
          devices.add(context.channel());
          PeerLoop.writeAndFlush(context.channel(), NettyRelayWire.subscribe(context.alloc()));
        }
        case NettyRelayWire.PUBLISH -> publish(context.channel(), frame);
        case NettyRelayWire.ACK -> onAck(frame.readLong());
        default ->
            throw new DecoderException("frame: " + kind + " (expected: of a device or a host)");
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      devices.remove(context.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // Its peer sees the end of the connection, and the run breaks off.
      var _ = context.close();
    }
  }
}
