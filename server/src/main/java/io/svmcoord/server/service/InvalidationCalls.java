package io.svmcoord.server.service;

import io.grpc.stub.StreamObserver;
import io.svmcoord.server.kernel.BeginCallback;
import io.svmcoord.server.kernel.BeginRequest;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.EndResult;
import io.svmcoord.server.kernel.FanOutReport;
import io.svmcoord.server.kernel.InvalidationHost;
import io.svmcoord.server.kernel.InvalidationId;
import io.svmcoord.server.kernel.Outcome;
import io.svmcoord.server.kernel.Peer;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.SessionId;
import io.svmcoord.server.kernel.SessionKey;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.EndInvalidationResponse;
import org.jspecify.annotations.Nullable;

/** Begin and end as unary calls, for clients without a host stream. Runs on the event loops. */
final class InvalidationCalls {
  private final Node node;
  private final Coordinator coordinator;

  InvalidationCalls(Node node) {
    this.node = node;
    this.coordinator = node.coordinator();
  }

  void begin(
      BeginInvalidationRequest request,
      StreamObserver<BeginInvalidationResponse> observer,
      Peer peer,
      Object connection) {
    UnaryCall<BeginInvalidationResponse> call = new UnaryCall<>(node, observer);
    call.run(request, argument -> begin(call, argument, peer, connection));
  }

  void end(EndInvalidationRequest request, StreamObserver<EndInvalidationResponse> observer) {
    new UnaryCall<>(node, observer).answerFirst(request, this::end, InvalidationCalls::endResponse);
  }

  private void begin(
      UnaryCall<BeginInvalidationResponse> call,
      BeginInvalidationRequest request,
      Peer peer,
      Object connection) {
    Refusal full = node.waitingCalls().full(connection);
    if (full != null) {
      call.refuse(full);
      return;
    }
    Outcome<BeginRequest> translated =
        switch (host(request, peer)) {
          case Outcome.Ok<InvalidationHost>(InvalidationHost host) ->
              BeginTranslation.translate(coordinator, request, host);
          case Outcome.Refused<InvalidationHost>(Refusal refusal) -> Outcome.refused(refusal);
        };
    switch (translated) {
      case Outcome.Refused<BeginRequest>(Refusal refusal) -> call.refuse(refusal);
      case Outcome.Ok<BeginRequest>(BeginRequest begin) -> {
        Begins.Handle handle =
            node.begins().begin(node.kernel().nowNanos(), request, begin, answer(call, request));
        if (!call.isAnswered()) {
          call.waits(connection);
        }
        call.onCancel(() -> handle.cancel(node.kernel().nowNanos()));
      }
    }
  }

  /** The session that a begin names, or one that is made for it. */
  private Outcome<InvalidationHost> host(BeginInvalidationRequest request, Peer peer) {
    if (request.getSessionKey().isEmpty()) {
      return node.drain().isDraining()
          ? Outcome.refused(new Refusal.Draining())
          : Outcome.ok(new InvalidationHost.Hold(Wire.nanos(request.getHoldMillis()), peer));
    }
    return switch (BeginTranslation.session(coordinator, request.getSessionKey(), "session_key")) {
      case Outcome.Ok<SessionId>(SessionId id) -> Outcome.ok(new InvalidationHost.Session(id));
      case Outcome.Refused<SessionId>(Refusal refusal) -> Outcome.refused(refusal);
    };
  }

  private static BeginCallback answer(
      UnaryCall<BeginInvalidationResponse> call, BeginInvalidationRequest request) {
    return new BeginCallback() {
      @Override
      public void begun(InvalidationId id, FanOutReport fanOut, @Nullable SessionKey holdKey) {
        call.succeed(
            BeginInvalidationResponse.newBuilder()
                .setId(Wire.id(id))
                .setFanOut(Wire.fanOut(fanOut))
                .setSessionKey(holdKey == null ? request.getSessionKey() : Wire.bytes(holdKey))
                .build());
      }

      @Override
      public void refused(Refusal refusal) {
        call.refuse(refusal);
      }
    };
  }

  private Outcome<EndResult> end(EndInvalidationRequest request) {
    return switch (Wire.key(request.getSessionKey(), "session_key")) {
      case Outcome.Refused<SessionKey>(Refusal refusal) -> Outcome.refused(refusal);
      case Outcome.Ok<SessionKey>(SessionKey key) ->
          coordinator.end(
              node.kernel().nowNanos(),
              coordinator.sessionOf(key).orElse(SessionId.NONE),
              Wire.id(request.getId()));
    };
  }

  static EndInvalidationResponse endResponse(EndResult result) {
    return switch (result) {
      case ENDED, NOT_RUNNING -> EndInvalidationResponse.getDefaultInstance();
      case FORCE_ENDED -> EndInvalidationResponse.newBuilder().setForceEnded(true).build();
    };
  }
}
