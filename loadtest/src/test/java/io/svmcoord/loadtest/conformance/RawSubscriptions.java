package io.svmcoord.loadtest.conformance;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.SubscriptionsUpdated;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Changes what a raw device has subscribed to. Thread-safe. */
final class RawSubscriptions {
  /** An update that was sent on a stream and is not answered. */
  private record Pending(RawStream stream, CompletableFuture<SubscriptionsUpdated> answer) {}

  private final RawDevice device;
  private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
  private final AtomicLong lastId = new AtomicLong();

  RawSubscriptions(RawDevice device) {
    this.device = device;
  }

  private boolean is(Mistake mistake) {
    return device.is(mistake);
  }

  /** Drops what is to be removed, then says so; blocks until it is answered. */
  void update(RawStream stream, RawSpace space, List<AddressRange> add, List<AddressRange> remove) {
    UpdateSubscriptions.Builder update = UpdateSubscriptions.newBuilder().setSpaceId(space.id);
    List<AddressRange> added = new ArrayList<>(add);
    space.locked(
        () -> {
          space.subscriptions.forEach(
              (id, own) -> {
                if (remove.stream().anyMatch(own::overlaps)) {
                  update.addRemove(id);
                  added.addAll(rest(own, remove));
                }
              });
          if (!is(Mistake.DROPS_AFTER_REMOVAL)) {
            space.drop(remove);
          }
          space.isUpdating = true;
        });
    if (is(Mistake.REMOVES_THEN_ADDS) && update.getRemoveCount() > 0) {
      send(stream, space, update.clone(), Map.of());
      update.clearRemove();
    }
    Map<Long, AddressRange> made = new LinkedHashMap<>();
    added.forEach(range -> made.put(lastId.incrementAndGet(), range));
    made.forEach(
        (id, range) ->
            update.addAdd(
                Subscription.newBuilder().setSubscriptionId(id).setRange(Notices.range(range))));
    send(stream, space, update, made);
    if (is(Mistake.DROPS_AFTER_REMOVAL)) {
      space.locked(() -> space.drop(remove));
    }
  }

  private static List<AddressRange> rest(AddressRange own, List<AddressRange> holes) {
    Optional<AddressRanges> rest = Optional.of(AddressRanges.of(own));
    for (AddressRange hole : holes) {
      rest = rest.flatMap(each -> each.subtract(hole));
    }
    return rest.map(AddressRanges::toList).orElse(List.of());
  }

  private void send(
      RawStream stream,
      RawSpace space,
      UpdateSubscriptions.Builder update,
      Map<Long, AddressRange> made) {
    long id = lastId.incrementAndGet();
    CompletableFuture<SubscriptionsUpdated> answer = new CompletableFuture<>();
    pending.put(id, new Pending(stream, answer));
    List<Long> removed = List.copyOf(update.getRemoveList());
    // Takes effect in the order of the stream, before what follows the answer.
    CompletableFuture<Void> done =
        answer.thenAccept(
            updated ->
                space.locked(
                    () -> {
                      removed.forEach(space.subscriptions::remove);
                      space.subscriptions.putAll(made);
                      space.epoch = updated.getEpoch();
                      space.isUpdating = false;
                      space.updated(RawEvents.running(updated));
                    }));
    stream.command(DeviceCommand.newBuilder().setCorrelationId(id).setUpdate(update));
    var _ = RawDevice.await(done);
  }

  /** Subscribes everything again in a new session. */
  void subscribeAgain(RawStream stream, RawSpace space) {
    List<AddressRange> wanted = new ArrayList<>();
    space.locked(
        () -> {
          wanted.addAll(space.subscriptions.values());
          space.subscriptions.clear();
        });
    try {
      update(stream, space, wanted, List.of());
    } catch (IllegalStateException e) {
      if (!stream.closed.isDone()) {
        throw e;
      }
      // The next session subscribes again.
      space.locked(
          () -> wanted.forEach(range -> space.subscriptions.put(lastId.incrementAndGet(), range)));
    }
  }

  void answered(SubscriptionsUpdated answer) {
    Pending waiting = pending.remove(answer.getCorrelationId());
    if (waiting != null) {
      waiting.answer.complete(answer);
    }
  }

  void refused(long correlationId, long epoch) {
    Pending waiting = pending.remove(correlationId);
    if (waiting == null) {
      return;
    }
    if (is(Mistake.IGNORES_REFUSAL)) {
      waiting.answer.complete(SubscriptionsUpdated.newBuilder().setEpoch(epoch).build());
    } else {
      waiting.answer.completeExceptionally(new IllegalStateException("refused"));
    }
  }

  /** What was sent on a stream that is over will not be answered. */
  void lost(RawStream stream) {
    pending.values().stream()
        .filter(each -> each.stream == stream)
        .forEach(each -> each.answer.completeExceptionally(new IllegalStateException("lost")));
  }
}
