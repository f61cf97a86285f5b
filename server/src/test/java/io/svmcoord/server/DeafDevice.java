package io.svmcoord.server;

import static io.svmcoord.server.Messages.pages;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.ListSubscriptionsRequest;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.List;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;

/** A device that opens a session, subscribes, and then never reads its stream. */
final class DeafDevice {
  private static final long PAGE_OF_ITS_OWN = 1;

  private final long space;

  DeafDevice(ManagedChannel channel, long space) {
    this.space = space;
    ClientCall<DeviceSessionRequest, DeviceSessionResponse> call =
        channel.newCall(DeviceServiceGrpc.getDeviceSessionMethod(), CallOptions.DEFAULT);
    // Nothing is asked for, so flow control stops the server.
    call.start(new ClientCall.Listener<>() {}, new Metadata());
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

  /** Ranges that nobody subscribes and that can't be merged. */
  static List<AddressRange> scattered() {
    return LongStream.range(0, 255).mapToObj(i -> pages(100 + 2 * i, 1)).toList();
  }
}
