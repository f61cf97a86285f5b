package io.svmcoord.loadtest.peers.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.svmcoord.loadtest.peers.system.AckCounts;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;

/** The host of the Netty relay. */
final class NettyRelayHost implements PeerHost {
  private final PeerLoop loop = new PeerLoop();
  private final AckCounts numbers = new AckCounts();
  private final OperationListener listener;
  private final Channel channel;

  NettyRelayHost(PeerTarget target, OperationListener listener) {
    this.listener = listener;
    this.channel = loop.connect("netty-relay", target, NettyRelayWire.decoder(), new Answers());
  }

  @Override
  public EventLoop loop() {
    return loop.loop();
  }

  @Override
  public void begin(int slot, int devices) {
    long id = numbers.nextId(slot);
    ByteBuf frame = NettyRelayWire.payload(channel.alloc(), NettyRelayWire.PUBLISH, id);
    PeerLoop.write(channel, frame);
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public void close() {
    loop.close();
  }

  private final class Answers extends SimpleChannelInboundHandler<ByteBuf> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
      byte kind = frame.readByte();
      if (kind != NettyRelayWire.DONE) {
        listener.failed("netty-relay: frame: " + kind + " (expected: an answer)");
        return;
      }
      listener.completed(AckCounts.slot(frame.readLong()), frame.readInt());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      listener.failed("netty-relay: its connection ended");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      listener.failed("netty-relay: " + cause);
    }
  }
}
