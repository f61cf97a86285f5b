package io.svmcoord.server;

import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.DeleteAddressSpaceRequest;
import io.svmcoord.v1.DeleteAddressSpaceResponse;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.HostSessionResponse;
import io.svmcoord.v1.InvalidationServiceGrpc;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.OpenHost;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that try to fill the coordinator up or to break it. */
class HostileClientTest {
  /** Above the bound, far below what a machine can hold. */
  private static final int CALLS = 300;

  /** The clients of these tests send no heartbeats. */
  private static final int TTL_MILLIS = 60_000;

  @Test
  void begin_joinedByTooMany_isRefusedWithTheLimit() {
    try (TestServer server = TestServer.withLoops(1)) {
      long space = server.space("a");
      TestDevice device = new TestDevice(server.channel(), "device", TTL_MILLIS);
      device.subscribe(space, 1, pages(0, 1));
      TestHost host = new TestHost(server.channel(), "host", TTL_MILLIS);
      BeginInvalidationRequest begin =
          unmap(space, pages(0, 1)).setRequestId("one").setAckDeadlineMillis(60_000).build();

      for (int i = 0; i < CALLS; i++) {
        host.begin(begin);
      }

      HostNotice refused = host.notices().next();
      assertThat(refused.getFailed().getReason()).isEqualTo("RESOURCE_EXHAUSTED");
      assertThat(refused.getFailed().getMetadataMap()).containsEntry("max", "256");
      device.ack(device.nextInvalidate());
      HostNotice next = host.notices().next();
      while (next.hasFailed()) {
        next = host.notices().next();
      }
      assertThat(next.hasBegun()).isTrue();
    }
  }

  @Test
  void delete_joinedByTooMany_isRefusedWithTheLimit() throws Exception {
    try (TestServer server = TestServer.withLoops(1)) {
      long space = server.space("a");
      TestDevice device = new TestDevice(server.channel(), "device", TTL_MILLIS);
      device.subscribe(space, 1, pages(0, 1));
      DeleteAddressSpaceRequest delete =
          DeleteAddressSpaceRequest.newBuilder().setId(space).setAckDeadlineMillis(60_000).build();

      List<ListenableFuture<DeleteAddressSpaceResponse>> answers = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        answers.add(
            AddressSpaceServiceGrpc.newFutureStub(server.callsChannel())
                .deleteAddressSpace(delete));
      }

      // Only what is refused can be answered before the device acks.
      assertThat(answers.getLast())
          .failsWithin(TestServer.PATIENCE)
          .withThrowableOfType(ExecutionException.class)
          .withMessageContaining(Status.Code.RESOURCE_EXHAUSTED.name());
      device.ack(device.nextInvalidate());
      assertThat(answers.getFirst().get().getFanOut().getSessionsNotified()).isEqualTo(1);
    }
  }

  /** Well-formed messages with senseless values; whatever they cause, the next client is served. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void messages_ofRandomValues_leaveTheCoordinatorServing(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (TestServer server = TestServer.withLoops(1 + (int) (seed % 2))) {
      long space = server.space("a");
      for (int round = 0; round < 40; round++) {
        ManagedChannel channel = server.channel();
        device(channel, random);
        host(channel, random);
        channel.shutdownNow();
      }

      TestDevice device = new TestDevice(server.channel(), "device", TTL_MILLIS);
      device.subscribe(space, 1, pages(1L << 40, 1));
      TestHost host = new TestHost(server.channel(), "host", TTL_MILLIS);
      host.begin(unmap(space, pages(1L << 40, 1)).build());
      device.ack(device.nextInvalidate());
      assertThat(host.notices().next().hasBegun()).as("seed %d", seed).isTrue();
    }
  }

  private static void device(ManagedChannel channel, SplittableRandom random) {
    var notices =
        new Notices<DeviceSessionResponse, DeviceNotice>(DeviceSessionResponse::getNoticesList);
    var requests = DeviceServiceGrpc.newStub(channel).deviceSession(notices);
    requests.onNext(
        DeviceSessionRequest.newBuilder()
            .addCommands(DeviceCommand.newBuilder().setOpen(OpenDevice.getDefaultInstance()))
            .build());
    assertThat(notices.next().hasOpened()).isTrue();
    for (int i = 0; i < 20; i++) {
      requests.onNext((DeviceSessionRequest) fill(DeviceSessionRequest.newBuilder(), random));
    }
    requests.onCompleted();
    var _ = notices.closed();
  }

  private static void host(ManagedChannel channel, SplittableRandom random) {
    var notices = new Notices<HostSessionResponse, HostNotice>(HostSessionResponse::getNoticesList);
    var requests = InvalidationServiceGrpc.newStub(channel).hostSession(notices);
    requests.onNext(
        HostSessionRequest.newBuilder()
            .addCommands(HostCommand.newBuilder().setOpen(OpenHost.getDefaultInstance()))
            .build());
    assertThat(notices.next().hasOpened()).isTrue();
    for (int i = 0; i < 20; i++) {
      requests.onNext((HostSessionRequest) fill(HostSessionRequest.newBuilder(), random));
    }
    requests.onCompleted();
    var _ = notices.closed();
  }

  /** Sets some of the fields, any of them to a value at a border. */
  private static Message fill(Message.Builder builder, SplittableRandom random) {
    for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
      if (field.getName().equals("open") || field.getName().equals("detach")) {
        continue; // They end the stream, and so the fun.
      }
      if (field.isRepeated()) {
        for (int i = random.nextInt(4); i > 0 && !field.isMapField(); i--) {
          builder.addRepeatedField(field, value(builder, field, random));
        }
      } else if (random.nextInt(3) > 0) {
        builder.setField(field, value(builder, field, random));
      }
    }
    return builder.build();
  }

  private static Object value(
      Message.Builder builder, FieldDescriptor field, SplittableRandom random) {
    return switch (field.getJavaType()) {
      case INT -> (int) border(random);
      case LONG -> border(random);
      case BOOLEAN -> random.nextBoolean();
      case STRING -> new String[] {"", "x", "\uD800", "n".repeat(300)}[random.nextInt(4)];
      case BYTE_STRING -> ByteString.copyFrom(new byte[random.nextInt(18)]);
      case ENUM ->
          field
              .getEnumType()
              .getValues()
              .get(random.nextInt(field.getEnumType().getValues().size()));
      case MESSAGE -> fill(builder.newBuilderForField(field), random);
      case FLOAT, DOUBLE -> 0;
    };
  }

  private static long border(SplittableRandom random) {
    long[] borders = {0, 1, 2, 4095, 4096, 8191, -1, -4096, Long.MAX_VALUE, Long.MIN_VALUE};
    return borders[random.nextInt(borders.length)];
  }
}
