package io.svmcoord.client;

import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.SubscriptionsUpdated;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The updates of a device's subscriptions on their way: from their sending to their answers,
 * whichever streams of the session carry them. Thread-safe.
 */
final class UpdateCommands {
  private final ClientRuntime runtime;
  private final SessionKeeper<
          DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
      keeper;
  private final PendingAnswers<SubscriptionsUpdated> pending = new PendingAnswers<>();

  /** Each pending command, to be sent again on the stream that its session is resumed on. */
  private final Map<Long, DeviceCommand> commands = new ConcurrentHashMap<>();

  UpdateCommands(
      ClientRuntime runtime,
      SessionKeeper<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          keeper) {
    this.runtime = runtime;
    this.keeper = keeper;
  }

  // On users' threads.

  /** Sends a change and waits until its answer took effect. */
  void send(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      long spaceId,
      SubscribedMirror.Change change,
      Consumer<SubscriptionsUpdated> effect) {
    long id = pending.nextId();
    DeviceCommand command = command(id, spaceId, change);
    commands.put(id, command);
    try {
      // Registered before the answer can be there, so it runs where the answer is completed.
      CompletableFuture<Void> done = pending.register(id, stream).thenAccept(effect);
      if (!stream.send(message -> message.addCommands(command))) {
        keeper.post(() -> sendOnNextStream(id, stream));
      }
      await(id, done);
    } finally {
      commands.remove(id);
    }
  }

  private void await(long id, CompletableFuture<Void> done) {
    try {
      var _ = runtime.environment().await(done, Deadline.nanos(runtime.deadline()));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw cause instanceof SvmException known
          ? known
          : unknown(id, Errors.lost("the answer could not be handled", cause));
    } catch (TimeoutException e) {
      throw unknown(id, Errors.timedOut("update of subscriptions (expected: an answer in time)"));
    } catch (InterruptedException e) {
      throw unknown(id, Errors.interrupted("update of subscriptions", e));
    }
  }

  /** Nobody knows whether the coordinator made the change: only a new session is clean. */
  private SvmException unknown(long id, SvmException cause) {
    var _ = pending.take(id);
    SvmException lost = Errors.lost("an update of subscriptions was not answered", cause);
    keeper.post(() -> keeper.giveUp(lost, true));
    return lost;
  }

  private static DeviceCommand command(long id, long spaceId, SubscribedMirror.Change change) {
    UpdateSubscriptions.Builder update =
        UpdateSubscriptions.newBuilder().setSpaceId(spaceId).addAllRemove(change.removedIds());
    change
        .added()
        .forEach(
            (subscriptionId, range) ->
                update.addAdd(
                    Subscription.newBuilder()
                        .setSubscriptionId(subscriptionId)
                        .setRange(Wire.range(range))));
    return DeviceCommand.newBuilder().setCorrelationId(id).setUpdate(update).build();
  }

  // In the mailbox.

  void answered(SubscriptionsUpdated answer) {
    complete(answer.getCorrelationId(), answer, null);
  }

  void refused(long correlationId, SvmException cause) {
    complete(correlationId, null, cause);
  }

  private void complete(
      long correlationId, @Nullable SubscriptionsUpdated answer, @Nullable SvmException cause) {
    CompletableFuture<SubscriptionsUpdated> waiting = pending.take(correlationId);
    if (waiting == null) {
      return;
    }
    if (answer != null) {
      waiting.complete(answer);
    } else if (cause != null) {
      waiting.completeExceptionally(cause);
    }
  }

  /** Updates of a space that were not answered yet. */
  long pending(long spaceId) {
    return commands.values().stream()
        .filter(command -> command.getUpdate().getSpaceId() == spaceId)
        .count();
  }

  /**
   * The session goes on over another stream: what was not answered is sent again. Whether it took
   * effect before makes no difference, because repeating an update is harmless: its ids are used
   * for nothing else, and its answer lists what runs now.
   */
  void resend(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse> old,
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          now) {
    pending.carriedBy(old).forEach(id -> resend(id, old, now));
  }

  private void resend(
      long id,
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse> old,
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          now) {
    DeviceCommand command = commands.get(id);
    if (command != null && pending.move(id, old, now)) {
      now.send(message -> message.addCommands(command));
    }
  }

  /**
   * A command came too late for its stream. If its session has been resumed since, the next stream
   * takes it; if it may be, {@link #resend} or {@link #lost} is still to come.
   */
  private void sendOnNextStream(
      long id,
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream) {
    var now = keeper.carrying(stream.sessionId());
    if (now == null || !keeper.isLive()) {
      pending.fail(id, stream, Errors.lost("the stream is over", null));
    } else if (now != stream) {
      resend(id, stream, now);
    }
  }

  void lost(Object stream, SvmException cause) {
    pending.failAll(stream, Errors.lost("the stream broke", cause));
  }
}
