package io.svmcoord.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.GetAddressSpaceRequest;
import io.svmcoord.v1.GetNodeRequest;
import io.svmcoord.v1.GetNodeResponse;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.InvalidationId;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.ReadBeginRequest;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.SubscriptionsUpdated;
import io.svmcoord.v1.UpdateSubscriptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is cut off and started again on its control directory (promise G10). */
class RestartTest {
  private static final AddressRange PAGES =
      AddressRange.newBuilder().setFirst(0).setLast(0xffff).build();

  @TempDir private Path parent;

  private TestServer start() {
    return new TestServer(
        TestServer.config(1).with("control.directory", parent.resolve("control").toString()));
  }

  private static GetNodeResponse node(TestServer server) {
    return server.introspection().getNode(GetNodeRequest.getDefaultInstance());
  }

  private static BeginInvalidationRequest begin(long space) {
    return BeginInvalidationRequest.newBuilder()
        .setSpaceId(space)
        .addRanges(PAGES)
        .setEvent(InvalidationEvent.INVALIDATION_EVENT_UNMAP)
        .build();
  }

  /** A device that comes back and names its former session. */
  private static Notices<DeviceSessionResponse, DeviceNotice> back(
      ManagedChannel channel, TestDevice former, long space) {
    Notices<DeviceSessionResponse, DeviceNotice> notices =
        new Notices<>(DeviceSessionResponse::getNoticesList);
    StreamObserver<DeviceSessionRequest> requests =
        DeviceServiceGrpc.newStub(channel).deviceSession(notices);
    requests.onNext(
        DeviceSessionRequest.newBuilder()
            .addCommands(
                DeviceCommand.newBuilder()
                    .setOpen(OpenDevice.newBuilder().setPreviousSessionKey(former.key())))
            .addCommands(
                DeviceCommand.newBuilder()
                    .setUpdate(
                        UpdateSubscriptions.newBuilder()
                            .setSpaceId(space)
                            .addAdd(
                                Subscription.newBuilder().setSubscriptionId(1).setRange(PAGES))))
            .build());
    // Sent before the session is open; carried out when it is.
    requests.onNext(
        DeviceSessionRequest.newBuilder()
            .setHeartbeat(Heartbeat.newBuilder().setNumber(5))
            .build());
    return notices;
  }

  @Test
  void restart_deviceKnown_graceUntilItIsBack() throws IOException, InterruptedException {
    long space;
    TestDevice device;
    try (TestServer before = start()) {
      assertThat(node(before).getGraceLeftMillis()).isZero();
      space = before.space("space");
      device = before.device("device");
    }
    try (TestServer after = start()) {
      GetNodeResponse node = node(after);
      assertThat(node.getIncarnation()).isEqualTo(device.opened().getIncarnation());
      assertThat(node.getEpoch()).isEqualTo(2);
      assertThat(node.getGraceLeftMillis()).isBetween(1L, 3303L);
      assertThat(node.getGraceSessions()).isEqualTo(1);
      assertThat(after.admin("/readyz").statusCode())
          .as("clients have to come back")
          .isEqualTo(200);
      assertThat(
              after
                  .spaces()
                  .getAddressSpace(GetAddressSpaceRequest.newBuilder().setId(space).build())
                  .getAddressSpace()
                  .getName())
          .isEqualTo("space");
      assertThatThrownBy(
              () ->
                  after
                      .mirror()
                      .readBegin(
                          ReadBeginRequest.newBuilder().setSpaceId(space).addRanges(PAGES).build()))
          .isInstanceOfSatisfying(StatusRuntimeException.class, RestartTest::assertInGrace);

      Notices<DeviceSessionResponse, DeviceNotice> notices = back(after.channel(), device, space);
      assertThat(notices.next().getOpened().getSessionId()).isNotEqualTo(device.id());
      SubscriptionsUpdated updated = notices.next().getUpdated();
      assertThat(updated.getEpoch()).isEqualTo(2);
      assertThat(notices.next().getHeartbeat().getNumber()).isEqualTo(5);

      // Its coming back ended the grace, as nobody else was known.
      assertThat(updated.getRunningList()).isEmpty();
      assertThat(node(after).getGraceLeftMillis()).isZero();
    }
  }

  private static void assertInGrace(StatusRuntimeException e) {
    com.google.rpc.Status status = Objects.requireNonNull(StatusProto.fromThrowable(e));
    try {
      assertThat(status.getDetails(0).unpack(ErrorInfo.class).getReason()).isEqualTo("IN_GRACE");
      Duration delay = status.getDetails(1).unpack(RetryInfo.class).getRetryDelay();
      assertThat(delay.getSeconds()).isZero();
      assertThat(delay.getNanos()).isBetween(1, 200_000_000);
    } catch (InvalidProtocolBufferException wrong) {
      throw new AssertionError(wrong);
    }
  }

  @Test
  void restart_hostKnown_beginWaitsForItsLeaseAndSubscribersForTheEnd() {
    long space;
    try (TestServer before = start()) {
      space = before.space("space");
      var _ = new TestHost(before.channel(), "host", 500);
    }
    try (TestServer after = start()) {
      TestDevice device = after.device("device");
      SubscriptionsUpdated updated = device.subscribe(space, 1, PAGES);
      assertThat(updated.getRunningList())
          .singleElement()
          .satisfies(
              running ->
                  assertThat(running.getRanges(0))
                      .isEqualTo(AddressRange.newBuilder().setFirst(0).setLast(-1).build()));

      assertThat(device.nextEnded().getSequence()).isEqualTo(1);
      assertThat(node(after).getGraceLeftMillis()).isZero();
      device.halfClose();
    }
  }

  @Test
  void restart_hostNamesItsFormerSession_isNotWaitedFor() {
    long space;
    ByteString former;
    try (TestServer before = start()) {
      space = before.space("space");
      former = new TestHost(before.channel(), "host", 60_000).key();
    }
    try (TestServer after = start()) {
      assertThat(node(after).getGraceSessions()).isEqualTo(1);

      TestHost host = new TestHost(after.channel(), "host", 60_000, former);

      assertThat(node(after).getGraceLeftMillis()).isZero();
      host.begin(begin(space));
      assertThat(host.notices().next().getBegun().getId().getEpoch()).isEqualTo(2);
    }
  }

  @Test
  void open_insteadOfAFormerSession_endsWhatThatHolds() {
    try (TestServer server = start()) {
      long space = server.space("space");
      TestHost former = new TestHost(server.channel(), "host", 60_000);
      former.begin(begin(space));
      InvalidationId held = former.notices().next().getBegun().getId();

      TestHost host = new TestHost(server.channel(), "host", 60_000, former.key());

      assertThat(former.notices().error().getStatus().getCode())
          .isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(
              server
                  .mirror()
                  .readBegin(
                      ReadBeginRequest.newBuilder().setSpaceId(space).addRanges(PAGES).build())
                  .getToken()
                  .getSequence())
          .as("readers go on")
          .isEqualTo(held.getSequence());
      assertThat(host.end(held).getEnded().getForceEnded()).isFalse();
    }
  }

  @Test
  void restart_unaryBeginRunning_nextBeginWaitsForItsHold() {
    long space;
    try (TestServer before = start()) {
      space = before.space("space");
      BeginInvalidationResponse begun =
          before
              .invalidations()
              .beginInvalidation(begin(space).toBuilder().setHoldMillis(500).build());
      assertThat(begun.getId().getEpoch()).isEqualTo(1);
    }
    try (TestServer after = start()) {
      BeginInvalidationResponse begun =
          after
              .invalidations()
              .beginInvalidation(begin(space).toBuilder().setHoldMillis(500).build());
      assertThat(begun.getId().getEpoch()).isEqualTo(2);
      // 500 ms and its guard, from the start.
      assertThat(node(after).getUptimeMillis()).isGreaterThanOrEqualTo(550);
    }
  }

  @Test
  void directory_gone_newSessionsAreRefusedByNameAndOldOnesGoOn() throws IOException {
    try (TestServer server = start()) {
      long space = server.space("space");
      TestDevice device = server.device("device");
      Files.move(parent.resolve("control"), parent.resolve("away"));

      assertThatThrownBy(() -> server.space("another"))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e ->
                  assertThat(e)
                      .hasMessageContaining("UNAVAILABLE")
                      .hasMessageContaining("control.directory"));
      assertThat(device.heartbeat(1).getTtlMillis()).isEqualTo(3000);
      assertThat(device.subscribe(space, 1, PAGES).getVersion()).isEqualTo(1);

      Files.move(parent.resolve("away"), parent.resolve("control"));
      assertThat(server.space("another")).isGreaterThan(space);
    }
  }
}
