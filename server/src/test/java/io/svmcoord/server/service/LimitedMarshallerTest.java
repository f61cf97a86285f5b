package io.svmcoord.server.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.protobuf.ProtoUtils;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages around the limit, of a known length and not. */
class LimitedMarshallerTest {
  private static final int MAX = 100;
  private static final CreateAddressSpaceRequest TOO_LARGE =
      CreateAddressSpaceRequest.newBuilder().buildPartial();

  private final Marshaller<CreateAddressSpaceRequest> inner =
      ProtoUtils.marshaller(CreateAddressSpaceRequest.getDefaultInstance());
  private final LimitedMarshaller<CreateAddressSpaceRequest> marshaller =
      new LimitedMarshaller<>(inner, MAX, TOO_LARGE);

  /** As gRPC gives messages that are not compressed. */
  private static final class Known extends ByteArrayInputStream implements KnownLength {
    Known(byte[] bytes) {
      super(bytes);
    }
  }

  /** As gRPC gives compressed ones: a few bytes at a time, and not telling how many follow. */
  private static final class Unpacking extends InputStream {
    private final byte[] bytes;
    private int at;

    Unpacking(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return at == bytes.length ? -1 : bytes[at++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return super.read(target, offset, Math.min(length, 7));
    }

    int unpacked() {
      return at;
    }
  }

  /** A message that is so long, encoded. */
  private static byte[] encoded(int bytes) {
    byte[] encoded =
        CreateAddressSpaceRequest.newBuilder().setName("x".repeat(bytes - 2)).build().toByteArray();
    assertThat(encoded).hasSize(bytes);
    return encoded;
  }

  @Test
  void parse_emptyMessage_isNotTheMarker() {
    assertThat(marshaller.parse(new Known(new byte[0]))).isNotSameAs(TOO_LARGE);
    assertThat(marshaller.parse(new Unpacking(new byte[0]))).isNotSameAs(TOO_LARGE);
  }

  @Test
  void parse_atTheLimit_isReadAsItIs() throws IOException {
    CreateAddressSpaceRequest whole = CreateAddressSpaceRequest.parseFrom(encoded(MAX));

    assertThat(marshaller.parse(new Known(encoded(MAX)))).isEqualTo(whole);
    assertThat(marshaller.parse(new Unpacking(encoded(MAX)))).isEqualTo(whole);
  }

  @ParameterizedTest
  @ValueSource(ints = {MAX + 1, MAX + 20})
  void parse_pastTheLimit_isTheMarker(int bytes) {
    assertThat(marshaller.parse(new Known(encoded(bytes)))).isSameAs(TOO_LARGE);
    assertThat(marshaller.parse(new Unpacking(encoded(bytes)))).isSameAs(TOO_LARGE);
  }

  @Test
  void parse_pastTheLimitAfterAWholeMessage_isTheMarkerAndUnpacksNoMore() {
    // Field 1 a second time begins right at the limit: what was cut off can be parsed.
    byte[] twice = Arrays.copyOf(encoded(MAX), 2 * MAX);
    System.arraycopy(encoded(MAX), 0, twice, MAX, MAX);
    Unpacking stream = new Unpacking(twice);

    assertThat(marshaller.parse(stream)).isSameAs(TOO_LARGE);
    assertThat(stream.unpacked()).isLessThanOrEqualTo(MAX + 1);
  }

  @Test
  void parse_notAMessage_failsAsItDidBefore() {
    byte[] garbage = {(byte) 0xff, (byte) 0xff, 1};

    assertThatThrownBy(() -> marshaller.parse(new Unpacking(garbage)))
        .isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> marshaller.parse(new Known(garbage)))
        .isInstanceOf(RuntimeException.class);
  }
}
