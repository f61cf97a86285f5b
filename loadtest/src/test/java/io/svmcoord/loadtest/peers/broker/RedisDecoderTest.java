package io.svmcoord.loadtest.peers.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisDecoderTest {
  private static final String HELLO =
      lines("%3", "$6", "server", "$5", "redis", "$5", "proto", ":3", "$7", "modules", "*1", ":0");
  private static final String SUBSCRIBED =
      lines(">3", "$9", "subscribe", "$6", "events", ":1", "+OK", ":17");
  private static final String MESSAGE = lines(">3", "$7", "message", "$6", "events", "$10");

  private final EmbeddedChannel channel = new EmbeddedChannel(new RedisDecoder());

  private static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  private static ByteBuf said() {
    return Unpooled.buffer()
        .writeBytes((HELLO + SUBSCRIBED + MESSAGE).getBytes(StandardCharsets.UTF_8))
        .writeLong(0x0d0a_0d0a_2a24_3e25L)
        .writeShort(0)
        .writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
  }

  private List<Object> read() {
    List<Object> all = new ArrayList<>();
    for (Object each = channel.readInbound(); each != null; each = channel.readInbound()) {
      all.add(each);
    }
    return all;
  }

  @Test
  void decode_atOnce_passesOnSubscriptionAndMessages() {
    channel.writeInbound(said(), said());

    assertThat(read())
        .containsExactly(
            PubSubProtocol.Subscribed.SUBSCRIBED,
            0x0d0a_0d0a_2a24_3e25L,
            PubSubProtocol.Subscribed.SUBSCRIBED,
            0x0d0a_0d0a_2a24_3e25L);
  }

  @Test
  void decode_byteByByte_passesOnTheSame() {
    ByteBuf said = said();
    while (said.isReadable()) {
      channel.writeInbound(said.readBytes(1));
    }

    assertThat(read())
        .containsExactly(PubSubProtocol.Subscribed.SUBSCRIBED, 0x0d0a_0d0a_2a24_3e25L);
  }

  @Test
  void decode_error_failsWithWhatRedisSaid() {
    ByteBuf error = Unpooled.copiedBuffer("-ERR unknown command\r\n", StandardCharsets.UTF_8);

    assertThatThrownBy(() -> channel.writeInbound(error))
        .isInstanceOf(DecoderException.class)
        .hasMessageContaining("-ERR unknown command");
  }
}
