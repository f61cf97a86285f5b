package io.svmcoord.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.HeartbeatAnswer;
import io.svmcoord.v1.Invalidate;
import io.svmcoord.v1.InvalidationEnded;
import io.svmcoord.v1.InvalidationEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceWireTest {
  private static DeviceNotice invalidate(long sequence) {
    return DeviceNotice.newBuilder()
        .setInvalidate(
            Invalidate.newBuilder()
                .setSpaceId(7)
                .setEpoch(1L << 40)
                .setSequence(sequence)
                .setEvent(InvalidationEvent.INVALIDATION_EVENT_UNMAP)
                .setNonBlockable(true)
                .addRanges(AddressRange.newBuilder().setFirst(0x1000).setLast(-1)))
        .build();
  }

  private static DeviceNotice heartbeat(long number) {
    return DeviceNotice.newBuilder()
        .setHeartbeat(HeartbeatAnswer.newBuilder().setNumber(number).setTtlMillis(3000))
        .build();
  }

  private static DeviceEvents parse(DeviceNotice... notices) throws IOException {
    DeviceSessionResponse message =
        DeviceSessionResponse.newBuilder().addAllNotices(List.of(notices)).build();
    return DeviceWire.parse(message.toByteArray());
  }

  private static Ack ack(DeviceEvents events) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DeviceWire.ack(events).drainTo(bytes);
    DeviceSessionRequest request = DeviceSessionRequest.parseFrom(bytes.toByteArray());
    assertThat(request.getAcksCount()).isEqualTo(1);
    assertThat(request.getCommandsCount()).isZero();
    return request.getAcks(0);
  }

  @Test
  void parse_mixedNotices_findsLastInvalidationAndTheOthers() throws IOException {
    DeviceNotice ended =
        DeviceNotice.newBuilder()
            .setEnded(InvalidationEnded.newBuilder().setSpaceId(7).setSequence(900))
            .build();

    DeviceEvents events = parse(heartbeat(1), invalidate(5), ended, invalidate(6), heartbeat(2));

    assertThat(events)
        .isEqualTo(new DeviceEvents(2, 7, 1L << 40, 6, List.of(heartbeat(1), heartbeat(2))));
  }

  @Test
  void parse_nothing_isEmpty() throws IOException {
    assertThat(parse()).isEqualTo(new DeviceEvents(0, 0, 0, 0, List.of()));
  }

  @Test
  void parse_garbage_isRefused() {
    assertThatThrownBy(() -> DeviceWire.parse(new byte[] {0x0a, 0x7f, 0x01}))
        .isInstanceOf(InvalidProtocolBufferException.class);
  }

  @Test
  void ack_oneInvalidation_namesItAlone() throws IOException {
    assertThat(ack(parse(invalidate(5))))
        .isEqualTo(Ack.newBuilder().setSpaceId(7).setEpoch(1L << 40).setSequence(5).build());
  }

  @Test
  void ack_severalInvalidations_reachesUpToTheLast() throws IOException {
    assertThat(ack(parse(invalidate(5), invalidate(1L << 50))))
        .isEqualTo(
            Ack.newBuilder()
                .setSpaceId(7)
                .setEpoch(1L << 40)
                .setSequence(1L << 50)
                .setAllUpTo(true)
                .build());
  }
}
