package io.svmcoord.loadtest.load;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.SessionOpened;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One device that has nothing to drop: it acks each invalidation as soon as it reads it, all of one
 * message at once. Confined to its connection's event loop, but for {@link #start} and {@link
 * #detach}.
 */
final class DeviceStream extends ClientCall.Listener<DeviceEvents> implements FanoutDevice {
  private final Connections connections;
  private final FanoutSubscription subscription;
  private final ClientCall<EncodedMessage, DeviceEvents> call;
  private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
  private final CompletableFuture<Status> closed = new CompletableFuture<>();
  private final Heartbeats heartbeats = new Heartbeats();
  private volatile @Nullable EventLoop loop;
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
    send(DeviceRequests.open(name, subscription.ttlMillis()));
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
    own.execute(() -> send(DeviceRequests.detach()));
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
      case CAUGHT_UP -> send(DeviceRequests.ackAllUpTo(notice.getCaughtUp()));
      case HEARTBEAT, DRAINING, RELEASED, INVALIDATE, ENDED, RESUMED, NOTICE_NOT_SET -> {
        // Nothing to keep: there is no lease to fence by, for there is nothing that could be stale.
      }
    }
  }

  private void onOpened(SessionOpened opened) {
    EventLoop own = connections.currentLoop();
    loop = own;
    heartbeats.start(
        own, opened.getHeartbeatMillis(), heartbeat -> send(DeviceRequests.heartbeat(heartbeat)));
    send(DeviceRequests.subscribe(subscription));
  }

  private void send(DeviceSessionRequest request) {
    call.sendMessage(EncodedMessage.of(request));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    heartbeats.stop();
    subscribed.completeExceptionally(status.asRuntimeException(trailers));
    closed.complete(status);
  }
}
