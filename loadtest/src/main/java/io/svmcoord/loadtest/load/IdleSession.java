package io.svmcoord.loadtest.load;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.util.concurrent.Future;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.Heartbeat;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A device session that nothing happens to: it opens, subscribes to pages of its own and keeps its
 * lease. Confined to its connection's event loop, but for {@link #start}.
 */
final class IdleSession extends ClientCall.Listener<DeviceEvents> {
  private static final long OPEN_ID = 1;
  private static final long UPDATE_ID = 2;

  private final Connections connections;
  private final int number;
  private final IdlePages pages;
  private final int ttlMillis;
  private final ClientCall<EncodedMessage, DeviceEvents> call;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Status> closed = new CompletableFuture<>();
  private @Nullable Future<?> heartbeats;
  private long heartbeatNumber;
  private int subscribed;

  IdleSession(Connections connections, int number, IdlePages pages, int ttlMillis) {
    this.connections = connections;
    this.number = number;
    this.pages = pages;
    this.ttlMillis = ttlMillis;
    this.call = connections.channel(number).newCall(DeviceWire.DEVICE_SESSION, CallOptions.DEFAULT);
  }

  /** Opens the session. */
  void start() {
    call.start(this, new Metadata());
    call.request(Integer.MAX_VALUE);
    OpenDevice open =
        OpenDevice.newBuilder().setName("idle-" + number).setTtlMillis(ttlMillis).build();
    send(DeviceCommand.newBuilder().setCorrelationId(OPEN_ID).setOpen(open).build());
  }

  /** Completes when it has all its subscriptions; fails when something is refused. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  /** Completes when the stream is over, whoever ended it. */
  CompletableFuture<Status> closed() {
    return closed;
  }

  @Override
  public void onMessage(DeviceEvents message) {
    if (message.invalidations() > 0) {
      call.cancel("told of an invalidation (expected: none of its pages)", null);
    }
    for (DeviceNotice notice : message.others()) {
      switch (notice.getNoticeCase()) {
        case OPENED -> onOpened(notice.getOpened().getHeartbeatMillis());
        case UPDATED -> subscribeMore();
        case FAILED -> call.cancel(notice.getFailed().getFailure().getMessage(), null);
        case CAUGHT_UP,
            HEARTBEAT,
            DRAINING,
            RELEASED,
            INVALIDATE,
            ENDED,
            RESUMED,
            NOTICE_NOT_SET -> {
          // It maps no page: there is nothing to keep.
        }
      }
    }
  }

  private void onOpened(int heartbeatMillis) {
    heartbeats =
        connections
            .currentLoop()
            .scheduleAtFixedRate(
                this::sendHeartbeat, heartbeatMillis, heartbeatMillis, TimeUnit.MILLISECONDS);
    subscribeMore();
  }

  private void subscribeMore() {
    if (subscribed == pages.perSession()) {
      ready.complete(null);
      return;
    }
    UpdateSubscriptions.Builder update =
        UpdateSubscriptions.newBuilder().setSpaceId(pages.spaceId());
    int end = Math.min(pages.perSession(), subscribed + IdlePages.BATCH_MAX);
    for (; subscribed < end; subscribed++) {
      AddressRange range =
          AddressRange.newBuilder()
              .setFirst(pages.first(number, subscribed))
              .setLast(pages.last(number, subscribed))
              .build();
      update.addAdd(Subscription.newBuilder().setSubscriptionId(subscribed + 1L).setRange(range));
    }
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
    ready.completeExceptionally(status.asRuntimeException(trailers));
    closed.complete(status);
  }
}
