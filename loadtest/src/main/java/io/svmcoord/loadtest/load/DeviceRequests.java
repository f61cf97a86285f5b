package io.svmcoord.loadtest.load;

import io.svmcoord.v1.Ack;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.UpdateSubscriptions;

/** What a device without pages says, but for the hot ack of {@link DeviceWire}. Stateless. */
final class DeviceRequests {
  private static final long OPEN_ID = 1;
  private static final long UPDATE_ID = 2;
  private static final long DETACH_ID = 3;

  private DeviceRequests() {}

  static DeviceSessionRequest open(String name, int ttlMillis) {
    OpenDevice open = OpenDevice.newBuilder().setName(name).setTtlMillis(ttlMillis).build();
    return command(DeviceCommand.newBuilder().setCorrelationId(OPEN_ID).setOpen(open));
  }

  static DeviceSessionRequest subscribe(FanoutSubscription subscription) {
    return update(
        UpdateSubscriptions.newBuilder()
            .setSpaceId(subscription.spaceId())
            .addAdd(subscription(1, 0, subscription.lastAddress())));
  }

  static DeviceSessionRequest update(UpdateSubscriptions.Builder update) {
    return command(DeviceCommand.newBuilder().setCorrelationId(UPDATE_ID).setUpdate(update));
  }

  /**
   * A subscription to add.
   *
   * @param last inclusive
   */
  static Subscription subscription(long id, long first, long last) {
    return Subscription.newBuilder()
        .setSubscriptionId(id)
        .setRange(AddressRange.newBuilder().setFirst(first).setLast(last))
        .build();
  }

  static DeviceSessionRequest heartbeat(Heartbeat heartbeat) {
    return DeviceSessionRequest.newBuilder().setHeartbeat(heartbeat).build();
  }

  /** Acks everything up to where the space stands. */
  static DeviceSessionRequest ackAllUpTo(SpaceBaseline baseline) {
    return DeviceSessionRequest.newBuilder()
        .addAcks(
            Ack.newBuilder()
                .setSpaceId(baseline.getSpaceId())
                .setEpoch(baseline.getEpoch())
                .setSequence(baseline.getSequence())
                .setAllUpTo(true))
        .build();
  }

  static DeviceSessionRequest detach() {
    return command(
        DeviceCommand.newBuilder()
            .setCorrelationId(DETACH_ID)
            .setDetach(Detach.getDefaultInstance()));
  }

  private static DeviceSessionRequest command(DeviceCommand.Builder command) {
    return DeviceSessionRequest.newBuilder().addCommands(command).build();
  }
}
