package io.svmcoord.loadtest.load;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.Detach;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.SessionOpened;
import io.svmcoord.v1.SpaceBaseline;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One device that has nothing to drop: it acks each invalidation as soon as it reads it, all of one
 * message at once. Confined to its connection's event loop, but for {@link #start} and {@link
 * #detach}.
 */
final class DeviceStream extends ClientCall.Listener<DeviceEvents> implements FanoutDevice {
  private static final long OPEN_ID = 1;
  private static final long UPDATE_ID = 2;
  private static final long DETACH_ID = 3;

  private final Connections connections;
  private final FanoutSubscription subscription;
  private final ClientCall<EncodedMessage, DeviceEvents> call;
  private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
  private final CompletableFuture<Status> closed = new CompletableFuture<>();
  private volatile @Nullable EventLoop loop;
  private @Nullable Future<?> heartbeats;
  private long heartbeatNumber;
  private long events;

  DeviceStream(Connections connections, int number, FanoutSubscription subscription) {
    this.connections = connections;
    this.subscription = subscription;
    this.call = connections.channel(number).newCall(DeviceWire.DEVICE_SESSION, CallOptions.DEFAULT);
  }

  @Override
  public void start(String name) {
    call.start(this, new Metadata());
    call.request(Integer.MAX_VALUE);
    OpenDevice open =
        OpenDevice.newBuilder().setName(name).setTtlMillis(subscription.ttlMillis()).build();
    send(DeviceCommand.newBuilder().setCorrelationId(OPEN_ID).setOpen(open).build());
  }

  @Override
  public CompletableFuture<Void> subscribed() {
    return subscribed;
  }

  @Override
  public CompletableFuture<Status> closed() {
    return closed;
  }

  @Override
  public long events() {
    return events;
  }

  @Override
  public long eventsNow() {
    EventLoop own = loop;
    Supplier<Long> count = () -> events;
    return own == null ? 0 : CompletableFuture.supplyAsync(count, own).join();
  }

  @Override
  public void detach() {
    EventLoop own = loop;
    if (own == null) {
      call.cancel("never opened", null);
      return;
    }
    own.execute(
        () ->
            send(
                DeviceCommand.newBuilder()
                    .setCorrelationId(DETACH_ID)
                    .setDetach(Detach.getDefaultInstance())
                    .build()));
  }

  @Override
  public void onMessage(DeviceEvents message) {
    if (message.invalidations() > 0) {
      events += message.invalidations();
      call.sendMessage(DeviceWire.ack(message));
    }
    for (DeviceNotice notice : message.others()) {
      onNotice(notice);
    }
  }

  private void onNotice(DeviceNotice notice) {
    switch (notice.getNoticeCase()) {
      case OPENED -> onOpened(notice.getOpened());
      case UPDATED -> subscribed.complete(null);
      case FAILED -> {
        String failure = notice.getFailed().getFailure().getMessage();
        call.cancel(failure, null);
      }
      case CAUGHT_UP -> {
        SpaceBaseline baseline = notice.getCaughtUp();
        send(
            DeviceSessionRequest.newBuilder()
                .addAcks(
                    Ack.newBuilder()
                        .setSpaceId(baseline.getSpaceId())
                        .setEpoch(baseline.getEpoch())
                        .setSequence(baseline.getSequence())
                        .setAllUpTo(true))
                .build());
      }
      case HEARTBEAT, DRAINING, RELEASED, INVALIDATE, ENDED, RESUMED, NOTICE_NOT_SET -> {
        // Nothing to keep: there is no lease to fence by, for there is nothing that could be stale.
      }
    }
  }

  private void onOpened(SessionOpened opened) {
    EventLoop own = connections.currentLoop();
    loop = own;
    int period = opened.getHeartbeatMillis();
    heartbeats =
        own.scheduleAtFixedRate(this::sendHeartbeat, period, period, TimeUnit.MILLISECONDS);
    AddressRange range =
        AddressRange.newBuilder().setFirst(0).setLast(subscription.lastAddress()).build();
    UpdateSubscriptions update =
        UpdateSubscriptions.newBuilder()
            .setSpaceId(subscription.spaceId())
            .addAdd(Subscription.newBuilder().setSubscriptionId(1).setRange(range))
            .build();
    send(DeviceCommand.newBuilder().setCorrelationId(UPDATE_ID).setUpdate(update).build());
  }

  private void sendHeartbeat() {
    Heartbeat heartbeat = Heartbeat.newBuilder().setNumber(++heartbeatNumber).build();
    send(DeviceSessionRequest.newBuilder().setHeartbeat(heartbeat).build());
  }

  private void send(DeviceCommand command) {
    send(DeviceSessionRequest.newBuilder().addCommands(command).build());
  }

  private void send(DeviceSessionRequest request) {
    call.sendMessage(new EncodedMessage(request.toByteArray()));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (heartbeats != null) {
      heartbeats.cancel(false);
    }
    subscribed.completeExceptionally(status.asRuntimeException(trailers));
    closed.complete(status);
  }
}
