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

class NatsDecoderTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new NatsDecoder());

  private static ByteBuf ascii(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private static ByteBuf message(String line, long id, int bytes) {
    return ascii(line).writeLong(id).writeZero(bytes - Long.BYTES).writeBytes(ascii("\r\n"));
  }

  private static ByteBuf said() {
    return Unpooled.wrappedBuffer(
        ascii("INFO {\"proto\":1} \r\nPONG\r\n"),
        message("MSG events 1 32\r\n", 0x0d0a_0d0aL, 32),
        message("MSG acks 1 8\r\n", 7, 8));
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
    channel.writeInbound(said());

    assertThat(read()).containsExactly(PubSubProtocol.Subscribed.SUBSCRIBED, 0x0d0a_0d0aL, 7L);
  }

  @Test
  void decode_byteByByte_passesOnTheSame() {
    ByteBuf said = said();
    while (said.isReadable()) {
      channel.writeInbound(said.readBytes(1));
    }

    assertThat(read()).containsExactly(PubSubProtocol.Subscribed.SUBSCRIBED, 0x0d0a_0d0aL, 7L);
  }

  @Test
  void decode_ping_isAnswered() {
    channel.writeInbound(ascii("PING\r\n"));

    ByteBuf answer = channel.readOutbound();
    assertThat(answer.toString(StandardCharsets.US_ASCII)).isEqualTo("PONG\r\n");
  }

  @Test
  void decode_error_failsWithWhatNatsSaid() {
    assertThatThrownBy(() -> channel.writeInbound(ascii("-ERR 'Slow Consumer'\r\n")))
        .isInstanceOf(DecoderException.class)
        .hasMessageContaining("-ERR 'Slow Consumer'");
  }
}
