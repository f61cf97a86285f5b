package io.svmcoord.client;

import io.svmcoord.range.AddressRange;
import io.svmcoord.range.AddressRanges;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.SubscriptionsUpdated;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscribes, changes and ends the subscriptions of a device's mirrors. Answers take effect in the
 * session's mailbox, in the order of the stream, before whoever waits for them goes on.
 * Thread-safe.
 */
final class DeviceSubscriptions {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceSubscriptions.class);

  private final ClientRuntime runtime;
  private final SessionKeeper<
          DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
      keeper;
  private final Map<Long, SpaceMirrors> spaces;
  private final UpdateCommands commands;
  private final AtomicLong lastSubscriptionId = new AtomicLong();

  DeviceSubscriptions(
      ClientRuntime runtime,
      SessionKeeper<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          keeper,
      Map<Long, SpaceMirrors> spaces,
      UpdateCommands commands) {
    this.runtime = runtime;
    this.keeper = keeper;
    this.spaces = spaces;
    this.commands = commands;
  }

  // On users' threads.

  /** Subscribes a new mirror. */
  void subscribe(MirrorCore mirror, AddressRange range) {
    int count = spaces.values().stream().mapToInt(space -> space.mirrors.size()).sum();
    if (count >= DeviceSession.MIRRORS_MAX) {
      throw new SvmException(
          Errors.LIMIT,
          false,
          "mirrors: %d (expected: at most %d)".formatted(count + 1, DeviceSession.MIRRORS_MAX),
          Map.of("limit", Integer.toString(DeviceSession.MIRRORS_MAX)),
          null);
    }
    var stream = keeper.requireOpen();
    SubscribedMirror one = new SubscribedMirror(mirror, stream.incarnation());
    one.updates.lock();
    try {
      SubscribedMirror.Change change =
          one.again(List.of(range), lastSubscriptionId::incrementAndGet);
      commands.send(
          stream,
          one.mirror.spaceId(),
          change,
          answer -> {
            SpaceMirrors space = spaces.computeIfAbsent(mirror.spaceId(), id -> new SpaceMirrors());
            space.order(answer.getEpoch());
            space.updated(answer.getVersion());
            space.mirrors.add(one);
            begin(one, change, answer);
          });
    } catch (SvmException e) {
      // An answer that is late must not bring a mirror to life that nobody holds.
      mirror.finish(MirrorState.Phase.CLOSED);
      keeper.post(() -> forget(one));
      throw e;
    } finally {
      one.updates.unlock();
    }
  }

  void update(MirrorCore mirror, Collection<AddressRange> remove, Collection<AddressRange> add) {
    SubscribedMirror one = find(mirror).orElseThrow(() -> Errors.closed("mirror"));
    one.updates.lock();
    try {
      var stream = keeper.requireOpen();
      if (!mirror.isLive()) {
        throw Errors.lost("the mirror is being subscribed again", null);
      }
      SubscribedMirror.Change change = one.change(remove, add, lastSubscriptionId::incrementAndGet);
      if (!change.isNothing()) {
        dropRemoved(mirror, change);
        commands.send(stream, mirror.spaceId(), change, answer -> changed(one, change, answer));
      }
    } catch (SessionLostException e) {
      // What became of it is unknown: what is suspended stays so until the next session.
      throw e;
    } catch (SvmException e) {
      mirror.updateRefused();
      throw e;
    } finally {
      one.updates.unlock();
    }
  }

  /** The device stops using what is to be removed before the coordinator hears of it. */
  private void dropRemoved(MirrorCore mirror, SubscribedMirror.Change change) {
    if (change.removed().isEmpty()) {
      return;
    }
    try {
      TearDown started = mirror.suspend(AddressRanges.of(change.removed()));
      if (started instanceof TearDown.Pending pending) {
        var _ =
            runtime.await(pending.stopped().toCompletableFuture(), runtime.deadline(), "teardown");
      }
    } catch (Throwable e) {
      keeper.tell(new SessionEvent.HandlerFailed(mirror.spaceId(), e));
      SvmException cause = Errors.lost("a device table failed to invalidate", e);
      keeper.post(() -> keeper.giveUp(cause, true));
      throw cause;
    }
  }

  /** The mirror has dropped everything: its subscriptions go. */
  void unsubscribe(MirrorCore mirror) {
    Optional<SubscribedMirror> found = find(mirror);
    if (found.isEmpty()) {
      return;
    }
    SubscribedMirror one = found.get();
    if (!mirror.awaitStopped(runtime.deadlineAfter(runtime.deadline()))) {
      SvmException cause = Errors.lost("a device table failed to drop everything", null);
      keeper.post(() -> keeper.giveUp(cause, false));
      return;
    }
    one.updates.lock();
    try {
      SubscribedMirror.Change change = one.nothing();
      commands.send(
          keeper.requireSession(),
          mirror.spaceId(),
          change,
          answer -> {
            SpaceMirrors space = spaces.get(mirror.spaceId());
            if (space != null) {
              space.updated(answer.getVersion());
            }
            forget(one);
          });
    } catch (SvmException e) {
      // Without a session there is nothing to unsubscribe, and a new one does not begin with it.
      LOG.debug("mirror of space {} closed without an answer", mirror.spaceId(), e);
      keeper.post(() -> forget(one));
    } finally {
      one.updates.unlock();
    }
  }

  private Optional<SubscribedMirror> find(MirrorCore mirror) {
    SpaceMirrors space = spaces.get(mirror.spaceId());
    return space == null
        ? Optional.empty()
        : space.mirrors.stream().filter(one -> one.mirror == mirror).findFirst();
  }

  // In the mailbox.

  /**
   * Subscribes everything again in a new session, each mirror on a thread of its own, since the
   * mailbox is needed for the answers.
   */
  void subscribeAgain(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream) {
    spaces.values().forEach(SpaceMirrors::reset);
    List<CompletableFuture<Void>> all =
        spaces.values().stream()
            .flatMap(space -> space.mirrors.stream())
            .map(
                one ->
                    CompletableFuture.runAsync(
                        () -> subscribeAgain(stream, one), runtime.background()))
            .toList();
    var _ =
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
            .whenComplete(
                (done, failure) -> keeper.post(() -> settle(stream.sessionId(), failure)));
  }

  private void subscribeAgain(
      SessionStream<DeviceSessionRequest.Builder, DeviceSessionRequest, DeviceSessionResponse>
          stream,
      SubscribedMirror one) {
    one.updates.lock();
    try {
      if (!one.isKnownTo(stream.incarnation())) {
        gone(one);
        return;
      }
      List<AddressRange> wanted = one.mirror.wanted();
      if (wanted.isEmpty()) {
        keeper.post(() -> forget(one));
        return;
      }
      SubscribedMirror.Change change = one.again(wanted, lastSubscriptionId::incrementAndGet);
      commands.send(stream, one.mirror.spaceId(), change, answer -> again(one, change, answer));
    } catch (NotFoundException e) {
      gone(one);
    } finally {
      one.updates.unlock();
    }
  }

  private void gone(SubscribedMirror one) {
    one.mirror.finish(MirrorState.Phase.GONE);
    keeper.post(() -> forget(one));
    keeper.tell(new SessionEvent.SpaceReleased(one.mirror.spaceId()));
  }

  /** The session may have been resumed since. */
  private void settle(long sessionId, @Nullable Throwable failure) {
    if (keeper.carrying(sessionId) == null) {
      return;
    }
    if (failure == null) {
      keeper.settled();
      keeper.tell(new SessionEvent.Reopened(sessionId));
    } else {
      keeper.giveUp(Errors.lost("the mirrors could not be subscribed again", failure), true);
    }
  }

  private void again(
      SubscribedMirror one, SubscribedMirror.Change change, SubscriptionsUpdated answer) {
    SpaceMirrors space = spaces.get(one.mirror.spaceId());
    if (space != null) {
      space.order(answer.getEpoch());
      space.updated(answer.getVersion());
      begin(one, change, answer);
    }
  }

  private static void begin(
      SubscribedMirror one, SubscribedMirror.Change change, SubscriptionsUpdated answer) {
    one.made(change);
    one.mirror.subscribed(
        change.now(), answer.getPageSize(), Wire.running(answer.getRunningList()));
  }

  private void changed(
      SubscribedMirror one, SubscribedMirror.Change change, SubscriptionsUpdated answer) {
    SpaceMirrors space = spaces.get(one.mirror.spaceId());
    if (space != null) {
      space.updated(answer.getVersion());
    }
    one.made(change);
    Optional<AddressRanges> added =
        change.added().isEmpty()
            ? Optional.empty()
            : Optional.of(AddressRanges.of(change.added().values()));
    one.mirror.updated(change.now(), added, Wire.running(answer.getRunningList()));
  }

  private void forget(SubscribedMirror one) {
    SpaceMirrors space = spaces.get(one.mirror.spaceId());
    if (space != null) {
      space.mirrors.remove(one);
      if (space.mirrors.isEmpty()) {
        spaces.remove(one.mirror.spaceId(), space);
      }
    }
  }
}
