package io.svmcoord.server.service;

import io.grpc.ServerCall;
import io.svmcoord.server.kernel.CloseReason;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.DeviceOutlet;
import io.svmcoord.server.kernel.HeartbeatResult;
import io.svmcoord.server.kernel.Invalidation;
import io.svmcoord.server.kernel.NewSubscription;
import io.svmcoord.server.kernel.Outcome;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.ResumeCallback;
import io.svmcoord.server.kernel.ResumeRequest;
import io.svmcoord.server.kernel.SessionGrant;
import io.svmcoord.server.kernel.SessionKey;
import io.svmcoord.server.kernel.SessionRequest;
import io.svmcoord.server.kernel.SpaceBaseline;
import io.svmcoord.server.kernel.SubscriptionsUpdate;
import io.svmcoord.server.kernel.UpdateCallback;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.DeviceCommand;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.OpenDevice;
import io.svmcoord.v1.ResumeDevice;
import io.svmcoord.v1.Subscription;
import io.svmcoord.v1.UpdateSubscriptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stream of one device session. Confined to the kernel's loop, as {@link SessionStream}. */
final class DeviceStream extends SessionStream<DeviceRequest> implements DeviceOutlet {
  /** Most acks of one message. */
  static final int ACKS_MAX = 4096;

  /** Most refusals of one message. */
  static final int REFUSALS_MAX = 4096;

  /** Most commands of one message. */
  static final int COMMANDS_MAX = 256;

  /** Stands for a message that was too large to be read. */
  static final DeviceRequest TOO_LARGE =
      DeviceRequest.of(DeviceSessionRequest.getDefaultInstance());

  private final Coordinator coordinator;
  private final DeviceNotices notices;

  DeviceStream(Node node, DeviceNotices notices, ServerCall<DeviceRequest, Envelope> call) {
    super(node, call, TOO_LARGE);
    this.coordinator = node.coordinator();
    this.notices = notices;
  }

  // What the device says.

  @Override
  void open(DeviceRequest message) {
    Refusal flaw = flaw(message, true);
    if (flaw != null) {
      close(flaw);
      return;
    }
    if (node().drain().isDraining()) {
      close(new Refusal.Draining());
      return;
    }
    DeviceCommand first = message.rest().getCommands(0);
    if (first.hasResume()) {
      resume(first.getResume());
    } else {
      open(first.getOpen());
    }
  }

  private void open(OpenDevice open) {
    SessionKey previous = null;
    if (!open.getPreviousSessionKey().isEmpty()) {
      switch (Wire.key(open.getPreviousSessionKey(), "previous_session_key")) {
        case Outcome.Ok<SessionKey>(SessionKey key) -> previous = key;
        case Outcome.Refused<SessionKey>(Refusal refusal) -> {
          close(refusal);
          return;
        }
      }
    }
    SessionRequest request =
        new SessionRequest(
            open.getName(),
            open.getClientVersion(),
            peer(),
            Wire.nanos(open.getTtlMillis()),
            previous);
    coordinator.openDevice(node().kernel().nowNanos(), request, this, this::opened);
  }

  @Override
  void tellOpened(DeviceRequest first, SessionGrant grant) {
    send(DeviceNotices.opened(Wire.opened(grant, coordinator.incarnation())));
  }

  @Override
  void handle(DeviceRequest request, boolean isFirst) {
    Refusal flaw = flaw(request, isFirst);
    if (flaw != null) {
      breakOff(flaw);
      return;
    }
    long now = node().kernel().nowNanos();
    acks(now, request);
    DeviceSessionRequest message = request.rest();
    refusals(now, message);
    if (message.hasHeartbeat() && !isClosed()) {
      heartbeat(now, message.getHeartbeat().getNumber());
    }
    int next = isFirst ? 1 : 0;
    for (; next < message.getCommandsCount() && !isClosed(); next++) {
      carryOut(now, message.getCommands(next));
    }
  }

  /** What makes the whole message unusable; null if nothing does. */
  private static @Nullable Refusal flaw(DeviceRequest request, boolean isFirst) {
    DeviceSessionRequest message = request.rest();
    Refusal size = tooMany("acks", request.ackCount(), ACKS_MAX);
    if (size == null) {
      size = tooMany("refusals", message.getRefusalsCount(), REFUSALS_MAX);
    }
    if (size == null) {
      size = tooMany("commands", message.getCommandsCount(), COMMANDS_MAX);
    }
    if (size != null) {
      return size;
    }
    if (isFirst && (message.getCommandsCount() == 0 || !isFirst(message.getCommands(0)))) {
      return new Refusal.InvalidArgument("commands[0]", "not open", "open as the first command");
    }
    for (int i = isFirst ? 1 : 0; i < message.getCommandsCount(); i++) {
      if (isFirst(message.getCommands(i))) {
        return new Refusal.InvalidArgument("commands[" + i + "]", "open", "one open per stream");
      }
    }
    return null;
  }

  /** Whether a command begins a stream. */
  private static boolean isFirst(DeviceCommand command) {
    return command.hasOpen() || command.hasResume();
  }

  /** The session's former stream is closed by it. */
  private void resume(ResumeDevice resume) {
    switch (Wire.resume(resume, peer())) {
      case Outcome.Refused<ResumeRequest>(Refusal refusal) -> close(refusal);
      case Outcome.Ok<ResumeRequest>(ResumeRequest request) ->
          coordinator.resumeDevice(node().kernel().nowNanos(), request, this, new ResumeAnswer());
    }
  }

  /** Answers the resume. */
  private final class ResumeAnswer implements ResumeCallback {
    @Override
    public void resumed(SessionGrant grant, List<SpaceBaseline> spaces) {
      start(grant);
      send(DeviceNotices.resumed(Wire.opened(grant, coordinator.incarnation()), spaces));
    }

    @Override
    public void refused(Refusal refusal) {
      close(refusal);
    }
  }

  private void acks(long now, DeviceRequest request) {
    for (int i = 0; i < request.ackCount(); i++) {
      // What is ignored the kernel counts; the device is not told (promise G6).
      var _ =
          coordinator.ack(
              now,
              session(),
              request.ackSpaceId(i),
              request.ackEpoch(i),
              request.ackSequence(i),
              request.isAckAllUpTo(i));
    }
  }

  private void refusals(long now, DeviceSessionRequest message) {
    for (int i = 0; i < message.getRefusalsCount() && !isClosed(); i++) {
      io.svmcoord.v1.Refusal refusal = message.getRefusals(i);
      coordinator.refuse(
          now,
          session(),
          refusal.getSpaceId(),
          refusal.getEpoch(),
          refusal.getSequence(),
          Enums.cause(refusal.getCause()),
          refusal.getMessage());
    }
  }

  private void heartbeat(long now, long number) {
    switch (coordinator.heartbeat(now, session())) {
      case HeartbeatResult.Renewed(long ttlNanos) ->
          send(DeviceNotices.heartbeat(number, ttlNanos));
      case HeartbeatResult.Over(Refusal reason) -> close(reason);
    }
  }

  private void carryOut(long now, DeviceCommand command) {
    switch (command.getCommandCase()) {
      case UPDATE -> update(now, command.getCorrelationId(), command.getUpdate());
      case DETACH -> detach();
      case OPEN, RESUME -> throw new IllegalStateException("open: found after the check for it");
      case COMMAND_NOT_SET ->
          send(
              DeviceNotices.failed(
                  command.getCorrelationId(),
                  new Refusal.InvalidArgument("command", "not set", "a known command")));
    }
  }

  private void update(long now, long correlationId, UpdateSubscriptions update) {
    long[] remove = new long[update.getRemoveCount()];
    for (int i = 0; i < remove.length; i++) {
      remove[i] = update.getRemove(i);
    }
    List<NewSubscription> add = new ArrayList<>(update.getAddCount());
    for (Subscription subscription : update.getAddList()) {
      AddressRange range = subscription.getRange();
      add.add(
          new NewSubscription(subscription.getSubscriptionId(), range.getFirst(), range.getLast()));
    }
    coordinator.update(
        now, session(), update.getSpaceId(), remove, add, new UpdateAnswer(correlationId));
  }

  /** Answers one update. */
  private final class UpdateAnswer implements UpdateCallback {
    private final long correlationId;

    UpdateAnswer(long correlationId) {
      this.correlationId = correlationId;
    }

    @Override
    public void updated(SubscriptionsUpdate update) {
      send(DeviceNotices.updated(correlationId, update));
    }

    @Override
    public void refused(Refusal refusal) {
      send(DeviceNotices.failed(correlationId, refusal));
    }
  }

  // What the coordinator says.

  @Override
  public void invalidate(Invalidation invalidation) {
    send(notices.invalidate(invalidation));
  }

  @Override
  public void ended(Invalidation invalidation, boolean isForced, long endSequence) {
    send(notices.ended(invalidation, isForced, endSequence));
  }

  @Override
  public void released(long spaceId, long epoch) {
    send(DeviceNotices.released(spaceId, epoch));
  }

  @Override
  public void superseded() {
    // The resume was answered from the state: what waits here would be told once more (promise G7).
    close(Errors.close(new Refusal.SessionResumed(session())).droppingWaiting());
  }

  @Override
  public void closed(CloseReason reason) {
    close(reason);
  }

  @Override
  Outcome<List<SpaceBaseline>> baselines(long[] spaces) {
    return coordinator.baselines(session(), spaces);
  }

  @Override
  boolean letsOthersGoOn(DeviceRequest message) {
    return message.rest().getCommandsCount() == 0;
  }

  @Override
  Chunk drainingNotice(int deadlineMillis) {
    return DeviceNotices.draining(deadlineMillis);
  }
}
