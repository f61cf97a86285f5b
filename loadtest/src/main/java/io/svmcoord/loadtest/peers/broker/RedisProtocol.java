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
 * Redis' pub/sub over RESP3, in which a subscribed connection may publish, too. A client asks for
 * no replies to what it publishes: that halves what Redis writes, and nobody reads them.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/protocol-spec/">RESP</a>
 */
final class RedisProtocol implements PubSubProtocol {
  private static final String PROGRAM = "redis-server";

  @Override
  public String system() {
    return "redis";
  }

  @Override
  public Optional<String> missing() {
    return BrokerProcess.missing(PROGRAM, PROGRAM);
  }

  /** Nothing is kept: no snapshots, no log of writes. */
  @Override
  public PeerServer startServer() {
    return BrokerProcess.start(
        PROGRAM,
        (ports, directory) ->
            List.of(
                "--port",
                Integer.toString(ports[0]),
                "--bind",
                "127.0.0.1",
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                "no"));
  }

  @Override
  public ChannelHandler decoder() {
    return new RedisDecoder();
  }

  @Override
  public ByteBuf subscribe(ByteBufAllocator allocator, String channel) {
    ByteBuf out = allocator.ioBuffer();
    command(out, "HELLO", "3");
    command(out, "SUBSCRIBE", channel);
    command(out, "CLIENT", "REPLY", "OFF");
    return out;
  }

  private static void command(ByteBuf out, String... words) {
    writeAscii(out, "*" + words.length + "\r\n");
    for (String word : words) {
      writeAscii(out, "$" + word.length() + "\r\n" + word + "\r\n");
    }
  }

  private static void writeAscii(ByteBuf out, String text) {
    var _ = ByteBufUtil.writeAscii(out, text);
  }

  @Override
  public ByteBuf publish(ByteBufAllocator allocator, String channel, long id, int bytes) {
    ByteBuf out = allocator.ioBuffer();
    writeAscii(out, "*3\r\n$7\r\nPUBLISH\r\n$");
    writeAscii(out, Integer.toString(channel.length()));
    writeAscii(out, "\r\n");
    writeAscii(out, channel);
    writeAscii(out, "\r\n$");
    writeAscii(out, Integer.toString(bytes));
    writeAscii(out, "\r\n");
    Payload.write(out, id, bytes);
    writeAscii(out, "\r\n");
    return out;
  }
}
