package io.svmcoord.server.service;

import io.grpc.ServerCall;
import io.svmcoord.server.kernel.BeginCallback;
import io.svmcoord.server.kernel.BeginRequest;
import io.svmcoord.server.kernel.CloseReason;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.EndResult;
import io.svmcoord.server.kernel.FanOutReport;
import io.svmcoord.server.kernel.HeartbeatResult;
import io.svmcoord.server.kernel.HostOutlet;
import io.svmcoord.server.kernel.InvalidationHost;
import io.svmcoord.server.kernel.InvalidationId;
import io.svmcoord.server.kernel.Outcome;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.SessionGrant;
import io.svmcoord.server.kernel.SessionKey;
import io.svmcoord.server.kernel.SessionRequest;
import io.svmcoord.server.kernel.SpaceBaseline;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.Draining;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.HeartbeatAnswer;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.OpenHost;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The stream of one host session. Confined to the kernel's loop, as {@link SessionStream}. */
final class HostStream extends SessionStream<HostSessionRequest> implements HostOutlet {
  /** Most commands of one message. */
  static final int COMMANDS_MAX = 256;

  /** Stands for a message that was too large to be read. */
  static final HostSessionRequest TOO_LARGE = HostSessionRequest.newBuilder().buildPartial();

  private final Coordinator coordinator;

  /** Begins without an answer, by correlation id; {@link Node#waitingBeginsMax} at most. */
  private final Map<Long, Begins.Handle> waiting = new HashMap<>();

  HostStream(Node node, ServerCall<HostSessionRequest, Envelope> call) {
    super(node, call, TOO_LARGE);
    this.coordinator = node.coordinator();
  }

  // What the host says.

  @Override
  void open(HostSessionRequest message) {
    Refusal flaw = tooMany("commands", message.getCommandsCount(), COMMANDS_MAX);
    if (flaw != null) {
      close(flaw);
      return;
    }
    if (message.getCommandsCount() == 0 || !message.getCommands(0).hasOpen()) {
      close(new Refusal.InvalidArgument("commands[0]", "not open", "open as the first command"));
      return;
    }
    if (node().drain().isDraining()) {
      close(new Refusal.Draining());
      return;
    }
    OpenHost open = message.getCommands(0).getOpen();
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
    coordinator.openHost(node().kernel().nowNanos(), request, this, this::opened);
  }

  @Override
  void tellOpened(HostSessionRequest first, SessionGrant grant) {
    answer(
        first.getCommands(0).getCorrelationId(),
        notice().setOpened(Wire.opened(grant, coordinator.incarnation())));
  }

  @Override
  void handle(HostSessionRequest message, boolean isFirst) {
    Refusal flaw = tooMany("commands", message.getCommandsCount(), COMMANDS_MAX);
    if (flaw != null) {
      breakOff(flaw);
      return;
    }
    for (int i = isFirst ? 1 : 0; i < message.getCommandsCount() && !isClosed(); i++) {
      HostCommand command = message.getCommands(i);
      if (command.hasOpen()) {
        breakOff(new Refusal.InvalidArgument("commands[" + i + "]", "open", "one open per stream"));
      } else {
        carryOut(command);
      }
    }
  }

  private void carryOut(HostCommand command) {
    long correlationId = command.getCorrelationId();
    switch (command.getCommandCase()) {
      case OPEN -> throw new IllegalStateException("open: found after the check for it");
      case BEGIN -> begin(correlationId, command.getBegin());
      case END -> end(correlationId, command.getEnd());
      case HEARTBEAT -> heartbeat(correlationId, command.getHeartbeat().getNumber());
      case DETACH -> detach();
      case CANCEL -> cancel(command.getCancel().getBeginCorrelationId());
      case COMMAND_NOT_SET ->
          fail(correlationId, new Refusal.InvalidArgument("command", "not set", "a known command"));
    }
  }

  private void begin(long correlationId, BeginInvalidationRequest request) {
    if (waiting.containsKey(correlationId)) {
      fail(
          correlationId,
          new Refusal.InvalidArgument(
              "correlation_id", Long.toUnsignedString(correlationId), "one of no running begin"));
      return;
    }
    int max = node().waitingBeginsMax();
    if (waiting.size() >= max) {
      fail(correlationId, ServiceLimits.reached("limits.waiting-begins-per-session", max));
      return;
    }
    if (!request.getSessionKey().isEmpty()) {
      fail(correlationId, new Refusal.InvalidArgument("session_key", "set", "empty on a stream"));
      return;
    }
    switch (BeginTranslation.translate(
        coordinator, request, new InvalidationHost.Session(session()))) {
      case Outcome.Refused<BeginRequest>(Refusal refusal) -> fail(correlationId, refusal);
      case Outcome.Ok<BeginRequest>(BeginRequest begin) -> {
        BeginAnswer answer = new BeginAnswer(correlationId);
        Begins.Handle handle =
            node().begins().begin(node().kernel().nowNanos(), request, begin, answer);
        if (!answer.isGiven) {
          waiting.put(correlationId, handle);
        }
      }
    }
  }

  /** Answers one begin. */
  private final class BeginAnswer implements BeginCallback {
    private final long correlationId;
    private boolean isGiven;

    BeginAnswer(long correlationId) {
      this.correlationId = correlationId;
    }

    @Override
    public void begun(InvalidationId id, FanOutReport fanOut, @Nullable SessionKey holdKey) {
      given();
      answer(
          correlationId,
          notice()
              .setBegun(
                  BeginInvalidationResponse.newBuilder()
                      .setId(Wire.id(id))
                      .setFanOut(Wire.fanOut(fanOut))));
    }

    @Override
    public void refused(Refusal refusal) {
      given();
      fail(correlationId, refusal);
    }

    private void given() {
      isGiven = true;
      waiting.remove(correlationId);
    }
  }

  private void end(long correlationId, EndInvalidationRequest request) {
    switch (coordinator.end(node().kernel().nowNanos(), session(), Wire.id(request.getId()))) {
      case Outcome.Ok<EndResult>(EndResult result) ->
          answer(correlationId, notice().setEnded(InvalidationCalls.endResponse(result)));
      case Outcome.Refused<EndResult>(Refusal refusal) -> fail(correlationId, refusal);
    }
  }

  private void heartbeat(long correlationId, long number) {
    switch (coordinator.heartbeat(node().kernel().nowNanos(), session())) {
      case HeartbeatResult.Renewed(long ttlNanos) ->
          answer(
              correlationId,
              notice()
                  .setHeartbeat(
                      HeartbeatAnswer.newBuilder()
                          .setNumber(number)
                          .setTtlMillis((int) Wire.millis(ttlNanos))));
      case HeartbeatResult.Over(Refusal reason) -> close(reason);
    }
  }

  private void cancel(long beginCorrelationId) {
    Begins.Handle handle = waiting.get(beginCorrelationId);
    if (handle != null) {
      handle.cancel(node().kernel().nowNanos());
    }
  }

  // What the coordinator says.

  @Override
  public void closed(CloseReason reason) {
    close(reason);
  }

  @Override
  Outcome<List<SpaceBaseline>> baselines(long[] spaces) {
    throw new IllegalStateException(
        "spaces: " + spaces.length + " (expected: hosts get no events)");
  }

  @Override
  boolean letsOthersGoOn(HostSessionRequest message) {
    for (int i = 0; i < message.getCommandsCount(); i++) {
      HostCommand command = message.getCommands(i);
      if (!command.hasEnd() && !command.hasHeartbeat()) {
        return false;
      }
    }
    return true;
  }

  @Override
  Chunk drainingNotice(int deadlineMillis) {
    return Chunk.of(
        notice().setDraining(Draining.newBuilder().setDeadlineMillis(deadlineMillis)).build());
  }

  private void fail(long correlationId, Refusal refusal) {
    answer(correlationId, notice().setFailed(Errors.failure(refusal)));
  }

  private void answer(long correlationId, HostNotice.Builder notice) {
    send(Chunk.of(notice.setCorrelationId(correlationId).build()));
  }

  private static HostNotice.Builder notice() {
    return HostNotice.newBuilder();
  }
}
