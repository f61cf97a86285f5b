package io.svmcoord.loadtest.peers.broker;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.svmcoord.loadtest.peers.system.AckCounts;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.Payload;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.report.Patience;
import io.svmcoord.loadtest.report.RunFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Publishes events and counts the acks that come back. */
final class PubSubHost implements PeerHost {
  private static final Duration SUBSCRIBE_TIMEOUT = Duration.ofSeconds(10);

  private final PeerLoop loop = new PeerLoop();
  private final AckCounts acks = new AckCounts();
  private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
  private final PubSubProtocol protocol;
  private final OperationListener listener;
  private final Channel channel;

  private PubSubHost(PubSubProtocol protocol, PeerTarget target, OperationListener listener) {
    this.protocol = protocol;
    this.listener = listener;
    this.channel = loop.connect(protocol.system(), target, protocol.decoder(), new Acks());
  }

  /** Connects; blocks until it is subscribed to the acks. */
  static PubSubHost connect(
      PubSubProtocol protocol, PeerTarget target, OperationListener listener) {
    PubSubHost host = new PubSubHost(protocol, target, listener);
    PeerLoop.writeAndFlush(host.channel, protocol.subscribe(host.channel.alloc(), PubSubPeer.ACKS));
    try {
      Patience.await(host.subscribed, SUBSCRIBE_TIMEOUT, protocol.system() + ": the subscription");
      return host;
    } catch (RunFailure e) {
      host.close();
      throw e;
    }
  }

  @Override
  public EventLoop loop() {
    return loop.loop();
  }

  @Override
  public void begin(int slot, int devices) {
    long id = acks.nextId(slot);
    acks.begin(id, devices);
    PeerLoop.write(
        channel, protocol.publish(channel.alloc(), PubSubPeer.EVENTS, id, Payload.BYTES));
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public void close() {
    loop.close();
  }

  private final class Acks extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Long id) {
        if (acks.ack(id)) {
          listener.completed(AckCounts.slot(id), acks.acks(id));
        }
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
      listener.failed(protocol.system() + ": the host's connection ended");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      subscribed.completeExceptionally(cause);
      listener.failed(protocol.system() + ": " + cause);
    }
  }
}
