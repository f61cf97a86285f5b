package io.svmcoord.server.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.KnownLength;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Heartbeat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read by hand is what the generated class reads. */
class DeviceRequestTest {
  private static final int MESSAGES = 20_000;

  /** As gRPC hands a message over. */
  private static final class Message extends ByteArrayInputStream implements KnownLength {
    Message(byte[] bytes) {
      super(bytes);
    }
  }

  @Test
  void acksAlone_areReadWithoutTheGeneratedClass() throws Exception {
    DeviceSessionRequest sent =
        DeviceSessionRequest.newBuilder()
            .addAcks(Ack.newBuilder().setSpaceId(7).setEpoch(3).setSequence(300))
            .addAcks(Ack.newBuilder().setSpaceId(-1).setSequence(1L << 63).setAllUpTo(true))
            .build();

    DeviceRequest read = DeviceRequest.MARSHALLER.parse(new Message(sent.toByteArray()));

    assertThat(acks(read)).isEqualTo(sent.getAcksList());
    assertThat(read.rest()).isSameAs(DeviceSessionRequest.getDefaultInstance());
    assertThat(encoded(read)).isEqualTo(sent);
    assertThat(read).hasToString(sent.toString());
  }

  @Test
  void acksAndOthers_areReadWhole() throws Exception {
    DeviceSessionRequest sent =
        DeviceSessionRequest.newBuilder()
            .addAcks(Ack.newBuilder().setSpaceId(7).setEpoch(3).setSequence(300))
            .setHeartbeat(Heartbeat.newBuilder().setNumber(5))
            .build();

    DeviceRequest read = DeviceRequest.parse(sent.toByteArray());

    assertThat(acks(read)).isEqualTo(sent.getAcksList());
    assertThat(read.rest().getHeartbeat().getNumber()).isEqualTo(5);
    assertThat(encoded(read)).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20_261_130})
  void read_anyBytes_asTheGeneratedClassDoes(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    int wellFormed = 0;
    for (int i = 0; i < MESSAGES; i++) {
      byte[] bytes = bytes(random);
      String what = "seed " + seed + ", message " + i + " " + Arrays.toString(bytes);
      DeviceSessionRequest expected = parsed(bytes);
      if (expected == null) {
        assertThat(catchThrowable(() -> DeviceRequest.parse(bytes)))
            .as(what)
            .isInstanceOf(InvalidProtocolBufferException.class);
      } else {
        wellFormed++;
        DeviceRequest read = DeviceRequest.parse(bytes);
        assertThat(withoutUnknownFields(acks(read)))
            .as(what)
            .isEqualTo(withoutUnknownFields(expected.getAcksList()));
        assertThat(read.rest().getHeartbeat()).as(what).isEqualTo(expected.getHeartbeat());
      }
    }
    assertThat(wellFormed).as("seed %d", seed).isBetween(MESSAGES / 10, MESSAGES - 1);
  }

  private static byte[] bytes(SplittableRandom random) {
    DeviceSessionRequest.Builder message = DeviceSessionRequest.newBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      Ack.Builder ack =
          Ack.newBuilder()
              .setSpaceId(number(random))
              .setEpoch(number(random))
              .setSequence(number(random))
              .setAllUpTo(random.nextBoolean());
      if (random.nextInt(8) == 0) {
        ack.setUnknownFields(unknown(random));
      }
      message.addAcks(ack);
    }
    if (random.nextInt(6) == 0) {
      message.setHeartbeat(Heartbeat.newBuilder().setNumber(number(random)));
    }
    if (random.nextInt(8) == 0) {
      message.setUnknownFields(unknown(random));
    }
    byte[] bytes = message.build().toByteArray();
    if (bytes.length > 0 && random.nextInt(3) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 2)) : bytes;
  }

  private static long number(SplittableRandom random) {
    return random.nextLong() >>> random.nextInt(Long.SIZE);
  }

  private static UnknownFieldSet unknown(SplittableRandom random) {
    return UnknownFieldSet.newBuilder()
        .addField(
            9 + random.nextInt(30),
            UnknownFieldSet.Field.newBuilder().addVarint(random.nextLong()).build())
        .build();
  }

  private static @Nullable DeviceSessionRequest parsed(byte[] bytes) {
    try {
      return DeviceSessionRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  private static List<Ack> withoutUnknownFields(List<Ack> acks) {
    return acks.stream()
        .map(ack -> ack.toBuilder().setUnknownFields(UnknownFieldSet.getDefaultInstance()).build())
        .toList();
  }

  private static List<Ack> acks(DeviceRequest request) {
    List<Ack> acks = new ArrayList<>();
    for (int i = 0; i < request.ackCount(); i++) {
      acks.add(
          Ack.newBuilder()
              .setSpaceId(request.ackSpaceId(i))
              .setEpoch(request.ackEpoch(i))
              .setSequence(request.ackSequence(i))
              .setAllUpTo(request.isAckAllUpTo(i))
              .build());
    }
    return acks;
  }

  private static DeviceSessionRequest encoded(DeviceRequest request) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int size = request.drainTo(bytes);
    assertThat(size).isEqualTo(bytes.size());
    return DeviceSessionRequest.parseFrom(bytes.toByteArray());
  }
}
