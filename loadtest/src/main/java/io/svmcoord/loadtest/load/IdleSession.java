package io.svmcoord.loadtest.load;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.concurrent.CompletableFuture;

/**
 * A device session that nothing happens to: it opens, subscribes to pages of its own and keeps its
 * lease. Confined to its connection's event loop, but for {@link #start}.
 */
final class IdleSession extends ClientCall.Listener<DeviceEvents> {
  private final Connections connections;
  private final int number;
  private final IdlePages pages;
  private final int ttlMillis;
  private final ClientCall<EncodedMessage, DeviceEvents> call;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Status> closed = new CompletableFuture<>();
  private final Heartbeats heartbeats = new Heartbeats();
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
    send(DeviceRequests.open("idle-" + number, ttlMillis));
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
    heartbeats.start(
        connections.currentLoop(),
        heartbeatMillis,
        heartbeat -> send(DeviceRequests.heartbeat(heartbeat)));
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
      update.addAdd(
          DeviceRequests.subscription(
              subscribed + 1L, pages.first(number, subscribed), pages.last(number, subscribed)));
    }
    send(DeviceRequests.update(update));
  }

  private void send(DeviceSessionRequest request) {
    call.sendMessage(EncodedMessage.of(request));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    heartbeats.stop();
    ready.completeExceptionally(status.asRuntimeException(trailers));
    closed.complete(status);
  }
}
