package io.svmcoord.loadtest.peers.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads NATS' lines; answers its pings, errors fail the connection. */
final class NatsDecoder extends ByteToMessageDecoder {
  private static final int LINE_END_BYTES = 2;

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int start = in.readerIndex();
    int length = in.bytesBefore((byte) '\n');
    if (length < 0) {
      return;
    }
    // MSG, PING, PONG, INFO and -ERR differ in these two.
    byte first = in.getByte(start);
    byte second = in.getByte(start + 1);
    if (first == 'M') {
      readMessage(in, start + length, out);
      return;
    }
    in.skipBytes(length + 1);
    if (first == 'P' && second == 'O') {
      out.add(PubSubProtocol.Subscribed.SUBSCRIBED);
    } else if (first == 'P') {
      PeerLoop.writeAndFlush(
          context.channel(), ByteBufUtil.writeAscii(context.alloc(), "PONG\r\n"));
    } else if (first != 'I') {
      throw new DecoderException(
          "NATS: %s (expected: MSG, PING, PONG or INFO)"
              .formatted(in.toString(start, length, StandardCharsets.UTF_8).strip()));
    }
  }

  /** {@code MSG events 1 32}, then as many bytes and the end of a line. */
  private static void readMessage(ByteBuf in, int lineEnd, List<Object> out) {
    int body = lineEnd + 1;
    int bytes = 0;
    int unit = 1;
    // The last word of the line, from its last digit on; the line ends with CR and LF.
    for (int i = lineEnd - LINE_END_BYTES; in.getByte(i) != ' '; i--) {
      bytes += (in.getByte(i) - '0') * unit;
      unit *= 10;
    }
    if (in.writerIndex() - body < bytes + LINE_END_BYTES) {
      return;
    }
    in.readerIndex(body + bytes + LINE_END_BYTES);
    out.add(in.getLong(body));
  }
}
