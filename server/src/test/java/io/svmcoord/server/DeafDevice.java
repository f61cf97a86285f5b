package io.svmcoord.server;

import static io.svmcoord.server.Messages.pages;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.ListSubscriptionsRequest;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;

/** A device that opens a session, subscribes, and then does not read its stream until told to. */
final class DeafDevice {
  private static final long PAGE_OF_ITS_OWN = 1;

  private final long space;
  private final Notices<DeviceSessionResponse, DeviceNotice> notices =
      new Notices<>(DeviceSessionResponse::getNoticesList);
  private final ClientCall<DeviceSessionRequest, DeviceSessionResponse> call;

  DeafDevice(ManagedChannel channel, long space) {
    this.space = space;
    call = channel.newCall(DeviceServiceGrpc.getDeviceSessionMethod(), CallOptions.DEFAULT);
    // Nothing is asked for, so flow control stops the server.
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(DeviceSessionResponse message) {
            notices.onNext(message);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            notices.onError(status.asRuntimeException(trailers));
          }
        },
        new Metadata());
    call.sendMessage(
        DeviceSessionRequest.newBuilder()
            .addCommands(
                DeviceCommand.newBuilder()
                    .setOpen(OpenDevice.newBuilder().setName("deaf").setTtlMillis(60_000)))
            .addCommands(
                DeviceCommand.newBuilder()
                    .setUpdate(
                        UpdateSubscriptions.newBuilder()
                            .setSpaceId(space)
                            .addAdd(
                                Subscription.newBuilder()
                                    .setSubscriptionId(1)
                                    .setRange(pages(0, 1 + PAGE_OF_ITS_OWN)))))
            .build());
  }

  /** Its session, as soon as it has subscribed. */
  long sessionId(TestServer server) {
    return Awaitility.await()
        .atMost(TestServer.PATIENCE)
        .until(
            () ->
                server
                    .introspection()
                    .listSubscriptions(
                        ListSubscriptionsRequest.newBuilder()
                            .setSpaceId(space)
                            .setRange(pages(PAGE_OF_ITS_OWN, 1))
                            .build())
                    .getSubscriptionsList(),
            found -> !found.isEmpty())
        .getFirst()
        .getSessionId();
  }

  /** Sends as many commands as a message may have, each of which is refused. */
  void askWhatIsRefused() {
    call.sendMessage(
        DeviceSessionRequest.newBuilder()
            .addAllCommands(Collections.nCopies(256, DeviceCommand.getDefaultInstance()))
            .build());
  }

  /** Reads from now on. */
  Notices<DeviceSessionResponse, DeviceNotice> read() {
    call.request(Integer.MAX_VALUE);
    return notices;
  }

  /** Acks a sequence. */
  void ack(long epoch, long sequence, boolean allUpTo) {
    call.sendMessage(
        DeviceSessionRequest.newBuilder()
            .addAcks(
                Ack.newBuilder()
                    .setSpaceId(space)
                    .setEpoch(epoch)
                    .setSequence(sequence)
                    .setAllUpTo(allUpTo))
            .build());
  }

  /** Acks all that a baseline stands for. */
  void ack(SpaceBaseline baseline) {
    ack(baseline.getEpoch(), baseline.getSequence(), true);
  }

  /** 255 ranges that nobody subscribes and that can't be merged; other ones for each number. */
  static List<AddressRange> scattered(long number) {
    return LongStream.range(0, 255).mapToObj(i -> pages(100 + 2 * (255 * number + i), 1)).toList();
  }
}
