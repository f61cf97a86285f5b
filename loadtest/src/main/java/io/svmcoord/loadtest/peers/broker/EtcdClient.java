package io.svmcoord.loadtest.peers.broker;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.svmcoord.loadtest.load.EncodedMessage;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.peers.system.UnaryCalls;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** One connection that watches some keys and sets others. Confined to its event loop. */
final class EtcdClient {
  /** Half a minute: longer than any turn of another system. */
  private static final int REPEATS_MAX = 3_000;

  private static final long REPEAT_MILLIS = 10;

  private final EventLoop loop;
  private final ManagedChannel channel;
  private final CompletableFuture<Void> watching = new CompletableFuture<>();
  private final Consumer<String> onFailure;

  /** A client that tells {@code onFailure} when a put or its watch fails. */
  EtcdClient(PeerLoop loop, PeerTarget target, Consumer<String> onFailure) {
    this.loop = loop.loop();
    this.channel = loop.grpcChannel(target.address());
    this.onFailure = onFailure;
  }

  /** Watches keys; what it returns completes when it is told of each change. Any thread, once. */
  CompletableFuture<Void> watch(String first, String end, LongConsumer onChange) {
    ClientCall<EncodedMessage, EncodedMessage> call =
        channel.newCall(EtcdWire.WATCH, CallOptions.DEFAULT);
    call.start(new Watch(onChange), new Metadata());
    call.request(Integer.MAX_VALUE);
    call.sendMessage(EtcdWire.watch(first, end));
    return watching;
  }

  /**
   * Sets a key; nobody waits for the answer. What etcd refuses, because it has accepted more than
   * it can apply, is repeated after a while.
   */
  void put(String key, long id, int bytes) {
    put(EtcdWire.put(key, id, bytes), REPEATS_MAX);
  }

  private void put(EncodedMessage request, int repeats) {
    UnaryCalls.call(
        channel,
        EtcdWire.PUT,
        request,
        answer -> {},
        status -> {
          if (repeats > 0 && isOverloaded(status)) {
            var _ =
                loop.schedule(
                    () -> put(request, repeats - 1), REPEAT_MILLIS, TimeUnit.MILLISECONDS);
          } else {
            onFailure.accept("put: " + status);
          }
        });
  }

  /** The code is UNKNOWN: the text is all that tells it from other failures. */
  private static boolean isOverloaded(Status status) {
    return String.valueOf(status.getDescription()).contains("too many requests");
  }

  void close() {
    channel.shutdownNow();
  }

  private void onWatchFailed(String why) {
    watching.completeExceptionally(new IllegalStateException(why));
    onFailure.accept(why);
  }

  private final class Watch extends ClientCall.Listener<EncodedMessage>
      implements EtcdWire.Watcher {
    private final LongConsumer onChange;

    Watch(LongConsumer onChange) {
      this.onChange = onChange;
    }

    @Override
    public void onMessage(EncodedMessage message) {
      EtcdWire.read(message, this);
    }

    @Override
    public void created() {
      watching.complete(null);
    }

    @Override
    public void changed(long id) {
      onChange.accept(id);
    }

    @Override
    public void canceled() {
      onWatchFailed("watch: canceled by the server");
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      onWatchFailed("watch: " + status);
    }
  }
}
