package io.svmcoord.loadtest.peers.broker;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.loadtest.load.EncodedMessage;
import io.svmcoord.loadtest.peers.system.UnaryCalls;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** One connection that watches some keys and sets others. Confined to its event loop. */
final class EtcdClient {
  private final ManagedChannel channel;
  private final CompletableFuture<Void> watching = new CompletableFuture<>();
  private final Consumer<String> onFailure;

  /** A client that tells {@code onFailure} when a put or its watch fails. */
  EtcdClient(ManagedChannel channel, Consumer<String> onFailure) {
    this.channel = channel;
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

  /** Sets a key; nobody waits for the answer. */
  void put(String key, long id, int bytes) {
    UnaryCalls.call(channel, EtcdWire.PUT, EtcdWire.put(key, id, bytes), answer -> {}, onFailure);
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
