package io.svmcoord.loadtest.conformance;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.svmcoord.range.AddressRange;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.CommandFailed;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Failure;
import io.svmcoord.v1.HeartbeatAnswer;
import io.svmcoord.v1.Refusal;
import io.svmcoord.v1.SessionOpened;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.SubscriptionsUpdated;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One stream of the device: what came on it, and what the script sends. It answers by itself what
 * the script does not hold. Guarded by the scene's lock.
 */
final class DeviceLink implements StreamObserver<DeviceSessionRequest> {
  private static final String ERROR_DOMAIN = "svm-coordinator";
  private static final AtomicLong LAST_SESSION = new AtomicLong();

  /** A heartbeat that came. */
  record Beat(long number, long atNanos) {}

  final List<Beat> beats = new ArrayList<>();

  /** Updates that came, answered or not. */
  final List<DeviceCommand> updates = new ArrayList<>();

  ByteString previousKey = ByteString.EMPTY;
  long openedNanos;
  boolean isOpen;
  boolean isOver;
  boolean isDetached;

  private final Scene scene;
  private final StreamObserver<DeviceSessionResponse> out;
  private final long sessionId = LAST_SESSION.incrementAndGet();
  private final Map<Long, Map<Long, AddressRange>> subscriptions = new HashMap<>();
  private boolean isBegun;
  private long version;

  DeviceLink(Scene scene, StreamObserver<DeviceSessionResponse> out) {
    this.scene = scene;
    this.out = out;
  }

  // What the device sends.

  @Override
  public void onNext(DeviceSessionRequest request) {
    scene.locked(
        () -> {
          if (isOver) {
            return;
          }
          // The order of the contract: acks, then the heartbeat, then commands (promise G6).
          request.getAcksList().forEach(this::acked);
          request.getRefusalsList().forEach(this::refused);
          if (request.hasHeartbeat()) {
            beat(request.getHeartbeat().getNumber());
          }
          request.getCommandsList().forEach(this::command);
        });
  }

  @Override
  public void onError(Throwable error) {
    scene.locked(() -> isOver = true);
  }

  @Override
  public void onCompleted() {
    scene.locked(
        () -> {
          if (!isDetached || !scene.isHoldingDetaches) {
            complete();
          }
        });
  }

  private void acked(Ack ack) {
    ScriptedSpace space = scene.spaces.get(ack.getSpaceId());
    if (space == null) {
      return;
    }
    for (ScriptedInvalidation each : space.invalidations) {
      int order = Long.compareUnsigned(each.sequence, ack.getSequence());
      boolean isMeant = order == 0 || (ack.getAllUpTo() && order < 0);
      if (isMeant && each.epoch == ack.getEpoch()) {
        scene.acked(each);
      }
    }
  }

  private void refused(Refusal refusal) {
    ScriptedSpace space = scene.spaces.get(refusal.getSpaceId());
    if (space == null) {
      return;
    }
    for (ScriptedInvalidation each : space.invalidations) {
      boolean isMeant = each.sequence == refusal.getSequence() && each.epoch == refusal.getEpoch();
      if (isMeant && !each.isAnswered()) {
        each.isRefused = true;
        each.refusal = refusal.getCause();
        each.answeredNanos = Scene.nowNanos();
      }
    }
  }

  private void beat(long number) {
    beats.add(new Beat(number, Scene.nowNanos()));
    if (scene.isAnsweringHeartbeats) {
      answerBeat(number);
    }
  }

  private void command(DeviceCommand command) {
    boolean isOpening = command.hasOpen() || command.hasResume();
    if (isOpening == isBegun) {
      scene.violate(
          isOpening ? "a second open on one stream" : "a command before open: " + command);
      fail(Status.INVALID_ARGUMENT, "INVALID_ARGUMENT", "commands: open (expected: first, once)");
      return;
    }
    isBegun = true;
    switch (command.getCommandCase()) {
      case OPEN -> begun(command);
      case RESUME -> refuseResume();
      case UPDATE -> update(command);
      case DETACH -> {
        isDetached = true;
        scene.droppedAll("detached");
        if (!scene.isHoldingDetaches) {
          complete();
        }
      }
      case COMMAND_NOT_SET -> scene.violate("an empty command");
    }
  }

  /** To resume is a device's choice; that it comes back where it can't is what is checked. */
  private void refuseResume() {
    if (scene.isAnsweringHeartbeats) {
      fail(
          Status.FAILED_PRECONDITION,
          "SESSION_EXPIRED",
          "session: over (expected: one whose lease runs)");
    }
  }

  private void begun(DeviceCommand command) {
    if (scene.isRefusingOpens) {
      breakOff();
      return;
    }
    previousKey = command.getOpen().getPreviousSessionKey();
    if (!scene.links.isEmpty()) {
      scene.droppedAll("opened a new session");
    }
    scene.links.add(this);
    if (!scene.isHoldingOpens) {
      answerOpen();
    }
  }

  private void update(DeviceCommand command) {
    updates.add(command);
    UpdateSubscriptions update = command.getUpdate();
    ScriptedSpace space = scene.spaces.get(update.getSpaceId());
    if (space == null) {
      refuse(command, Status.NOT_FOUND, "NOT_FOUND");
      return;
    }
    Map<Long, AddressRange> before = subscriptions.getOrDefault(space.id, Map.of());
    Map<Long, AddressRange> after = new HashMap<>(before);
    update.getRemoveList().forEach(after::remove);
    for (Subscription add : update.getAddList()) {
      long id = add.getSubscriptionId();
      AddressRange range = range(add.getRange());
      AddressRange known = after.put(id, range);
      if (id == 0 || (known != null && !known.equals(range))) {
        scene.violate("subscription_id %d of %s (expected: a new one)".formatted(id, range));
      }
    }
    scene.stopped(
        space,
        address -> contains(before.values(), address) && !contains(after.values(), address),
        "removed a subscription");
    if (!scene.isHoldingUpdates) {
      answerUpdate(command);
    }
  }

  private static boolean contains(Collection<AddressRange> ranges, long address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  private static AddressRange range(io.svmcoord.v1.AddressRange range) {
    return new AddressRange(range.getFirst(), range.getLast());
  }

  // What the coordinator sends.

  ByteString key() {
    return ByteString.copyFromUtf8("session-%08x".formatted(sessionId));
  }

  void answerOpen() {
    openedNanos = Scene.nowNanos();
    isOpen = true;
    send(
        DeviceNotice.newBuilder()
            .setOpened(
                SessionOpened.newBuilder()
                    .setSessionId(sessionId)
                    .setSessionKey(key())
                    .setIncarnation(scene.incarnation)
                    .setTtlMillis(scene.lease.ttlMillis())
                    .setHeartbeatMillis(scene.lease.heartbeatMillis())
                    .setGuardMillis(scene.lease.guardMillis())));
  }

  void answerBeat(long number) {
    send(
        DeviceNotice.newBuilder()
            .setHeartbeat(
                HeartbeatAnswer.newBuilder()
                    .setNumber(number)
                    .setTtlMillis(scene.lease.ttlMillis())));
  }

  /** Of the subscriptions as they are now. */
  long version() {
    return version;
  }

  void answerUpdate(DeviceCommand command) {
    send(updated(command));
  }

  /** Makes the update; the notice says so. */
  DeviceNotice.Builder updated(DeviceCommand command) {
    UpdateSubscriptions update = command.getUpdate();
    Map<Long, AddressRange> own =
        subscriptions.computeIfAbsent(update.getSpaceId(), id -> new HashMap<>());
    update.getRemoveList().forEach(own::remove);
    List<AddressRange> added =
        update.getAddList().stream().map(add -> range(add.getRange())).toList();
    update.getAddList().forEach(add -> own.put(add.getSubscriptionId(), range(add.getRange())));
    SubscriptionsUpdated.Builder answer =
        SubscriptionsUpdated.newBuilder()
            .setCorrelationId(command.getCorrelationId())
            .setSpaceId(update.getSpaceId())
            .setVersion(++version)
            .setPageSize(ScriptedSpace.PAGE_BYTES);
    ScriptedSpace space = scene.spaces.get(update.getSpaceId());
    if (space != null) {
      answer.setEpoch(space.epoch).setSequence(space.sequence);
      space.invalidations.stream()
          .filter(each -> !each.isEnded && overlaps(each.ranges, added))
          .forEach(each -> answer.addRunning(Notices.running(each)));
    }
    return DeviceNotice.newBuilder().setUpdated(answer);
  }

  private static boolean overlaps(List<AddressRange> some, List<AddressRange> others) {
    return some.stream().anyMatch(one -> others.stream().anyMatch(one::overlaps));
  }

  void refuse(DeviceCommand command, Status status, String reason) {
    send(
        DeviceNotice.newBuilder()
            .setFailed(
                CommandFailed.newBuilder()
                    .setCorrelationId(command.getCorrelationId())
                    .setFailure(
                        Failure.newBuilder()
                            .setCode(status.getCode().value())
                            .setReason(reason)
                            .setMessage("refused by the script of a check"))));
  }

  /** Sends notices in one message. */
  void send(DeviceNotice.Builder... notices) {
    DeviceSessionResponse.Builder message = DeviceSessionResponse.newBuilder();
    for (DeviceNotice.Builder notice : notices) {
      message.addNotices(notice);
    }
    send(message.build());
  }

  void send(DeviceSessionResponse message) {
    if (!isOver) {
      out.onNext(message);
    }
  }

  /** Ends the stream as the coordinator does when it has to. */
  void fail(Status status, String reason, String message) {
    if (isOver) {
      return;
    }
    isOver = true;
    out.onError(
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(status.getCode().value())
                .setMessage(message)
                .addDetails(
                    Any.pack(
                        ErrorInfo.newBuilder().setDomain(ERROR_DOMAIN).setReason(reason).build()))
                .build()));
  }

  /** Breaks the stream, as a lost connection does: nobody says why. */
  void breakOff() {
    if (!isOver) {
      isOver = true;
      out.onError(Status.UNAVAILABLE.asRuntimeException());
    }
  }

  /** Ends the stream in good order. */
  void complete() {
    if (!isOver) {
      isOver = true;
      out.onCompleted();
    }
  }
}
