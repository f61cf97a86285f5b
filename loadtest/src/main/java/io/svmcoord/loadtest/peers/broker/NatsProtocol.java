package io.svmcoord.loadtest.peers.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler;
import io.svmcoord.loadtest.peers.system.Payload;
import io.svmcoord.loadtest.peers.system.PeerServer;
import java.util.List;
import java.util.Optional;

/**
 * NATS without JetStream, which would keep what is published. Its answer to a ping says that it has
 * heard what was before it.
 *
 * @see <a href="https://docs.nats.io/reference/reference-protocols/nats-protocol">Protocol</a>
 */
final class NatsProtocol implements PubSubProtocol {
  private static final String PROGRAM = "nats-server";

  @Override
  public String system() {
    return "nats";
  }

  @Override
  public Optional<String> missing() {
    return BrokerProcess.missing(PROGRAM, PROGRAM);
  }

  @Override
  public PeerServer startServer() {
    return BrokerProcess.start(
        PROGRAM,
        (ports, directory) -> List.of("-a", "127.0.0.1", "-p", Integer.toString(ports[0])));
  }

  @Override
  public ChannelHandler decoder() {
    return new NatsDecoder();
  }

  @Override
  public ByteBuf subscribe(ByteBufAllocator allocator, String channel) {
    return ByteBufUtil.writeAscii(
        allocator,
        "CONNECT {\"verbose\":false,\"pedantic\":false}\r\nSUB " + channel + " 1\r\nPING\r\n");
  }

  @Override
  public ByteBuf publish(ByteBufAllocator allocator, String channel, long id, int bytes) {
    ByteBuf out = allocator.ioBuffer();
    writeAscii(out, "PUB ");
    writeAscii(out, channel);
    writeAscii(out, " ");
    writeAscii(out, Integer.toString(bytes));
    writeAscii(out, "\r\n");
    Payload.write(out, id, bytes);
    writeAscii(out, "\r\n");
    return out;
  }

  private static void writeAscii(ByteBuf out, String text) {
    var _ = ByteBufUtil.writeAscii(out, text);
  }
}
