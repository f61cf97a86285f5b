package io.svmcoord.loadtest.peers.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.svmcoord.loadtest.peers.system.NettyDevices;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The floor of the JVM and the sockets: frames of a length and a few bytes, written together and
 * flushed once for everything that was read at once.
 */
public final class NettyRelay implements Relay {
  @Override
  public String name() {
    return "netty-relay";
  }

  @Override
  public int devicesMin() {
    return 0;
  }

  @Override
  public int serve(PeerLoop loop) {
    return new NettyRelayServer().serve(loop);
  }

  @Override
  public PeerHost connectHost(PeerTarget target, OperationListener listener) {
    return new NettyRelayHost(target, listener);
  }

  @Override
  public PeerDevices prepareDevices(PeerTarget target, int devices, Consumer<String> onLost) {
    return new NettyDevices(name(), new DeviceWire(), target, onLost);
  }

  /** A device sends an ack for each event. */
  private record DeviceWire() implements NettyDevices.Wire {
    @Override
    public ChannelHandler decoder() {
      return NettyRelayWire.decoder();
    }

    @Override
    public ByteBuf subscribe(ByteBufAllocator allocator) {
      return NettyRelayWire.subscribe(allocator);
    }

    @Override
    public @Nullable ByteBuf ack(ByteBufAllocator allocator, Object message) {
      ByteBuf frame = (ByteBuf) message;
      return frame.readByte() == NettyRelayWire.EVENT
          ? NettyRelayWire.ack(allocator, frame.readLong())
          : null;
    }
  }
}
