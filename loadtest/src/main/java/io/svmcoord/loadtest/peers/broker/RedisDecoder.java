package io.svmcoord.loadtest.peers.broker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads RESP3 as far as pub/sub needs it: pushes are looked at, whatever else comes (the answer to
 * HELLO, acknowledgements) is skipped, errors fail the connection.
 */
final class RedisDecoder extends ByteToMessageDecoder {
  /** Kind, channel and message; or kind, channel and number of subscriptions. */
  private static final int PUSH_ITEMS = 3;

  private static final int INCOMPLETE = -2;
  private static final int MESSAGE_LENGTH = "message".length();
  private static final int LINE_END_BYTES = 2;

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int start = in.readerIndex();
    boolean isWhole = in.getByte(start) == '>' ? readPush(in, out) : skip(in);
    if (!isWhole) {
      in.readerIndex(start);
    }
  }

  private static boolean readPush(ByteBuf in, List<Object> out) {
    int items = readNumber(in);
    if (items != INCOMPLETE && items != PUSH_ITEMS) {
      throw new DecoderException("push: " + items + " items (expected: " + PUSH_ITEMS + ")");
    }
    int kindLength = items == INCOMPLETE ? INCOMPLETE : readNumber(in);
    if (kindLength == INCOMPLETE || !skipBytes(in, kindLength) || !skip(in)) {
      return false;
    }
    if (kindLength != MESSAGE_LENGTH) {
      if (!skip(in)) {
        return false;
      }
      out.add(PubSubProtocol.Subscribed.SUBSCRIBED);
      return true;
    }
    int length = readNumber(in);
    int body = in.readerIndex();
    if (length == INCOMPLETE || !skipBytes(in, length)) {
      return false;
    }
    out.add(in.getLong(body));
    return true;
  }

  /** Skips one value, of any kind; false when it is not all there. */
  private static boolean skip(ByteBuf in) {
    if (!in.isReadable()) {
      return false;
    }
    byte kind = in.getByte(in.readerIndex());
    return switch (kind) {
      case '+', ':', ',', '_', '#' -> skipLine(in);
      case '$' -> {
        int length = readNumber(in);
        yield length != INCOMPLETE && skipBytes(in, length);
      }
      case '*', '~', '>' -> skipItems(in, 1);
      case '%' -> skipItems(in, 2);
      default ->
          throw new DecoderException(
              "Redis: " + in.toString(StandardCharsets.UTF_8).strip() + " (expected: no error)");
    };
  }

  private static boolean skipItems(ByteBuf in, int each) {
    int count = readNumber(in);
    if (count == INCOMPLETE) {
      return false;
    }
    for (int i = 0; i < count * each; i++) {
      if (!skip(in)) {
        return false;
      }
    }
    return true;
  }

  private static boolean skipBytes(ByteBuf in, int length) {
    if (in.readableBytes() < length + LINE_END_BYTES) {
      return false;
    }
    in.skipBytes(length + LINE_END_BYTES);
    return true;
  }

  private static boolean skipLine(ByteBuf in) {
    int end = in.bytesBefore((byte) '\n');
    if (end < 0) {
      return false;
    }
    in.skipBytes(end + 1);
    return true;
  }

  /** The number of a line, behind the letter that it begins with. */
  private static int readNumber(ByteBuf in) {
    int end = in.bytesBefore((byte) '\n');
    if (end < 0) {
      return INCOMPLETE;
    }
    in.skipBytes(1);
    int number = 0;
    for (byte digit = in.readByte(); digit != '\r'; digit = in.readByte()) {
      number = number * 10 + digit - '0';
    }
    in.skipBytes(1);
    return number;
  }
}
