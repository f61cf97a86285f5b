package io.svmcoord.server.service;

import io.grpc.stub.StreamObserver;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.Outcome;
import io.svmcoord.server.kernel.ReadCallback;
import io.svmcoord.server.kernel.ReadTicket;
import io.svmcoord.server.kernel.Refusal;
import io.svmcoord.server.kernel.RetryResult;
import io.svmcoord.server.kernel.Token;
import io.svmcoord.v1.ReadBeginRequest;
import io.svmcoord.v1.ReadBeginResponse;
import io.svmcoord.v1.ReadRetryRequest;
import io.svmcoord.v1.ReadRetryResponse;

/** read_begin and read_retry for mappers. Runs on the event loops. */
final class MirrorCalls {
  private final Node node;
  private final Coordinator coordinator;

  MirrorCalls(Node node) {
    this.node = node;
    this.coordinator = node.coordinator();
  }

  void readBegin(
      ReadBeginRequest request, StreamObserver<ReadBeginResponse> observer, Object connection) {
    UnaryCall<ReadBeginResponse> call = new UnaryCall<>(node, observer);
    call.run(
        request,
        argument -> {
          Refusal full = node.waitingCalls().full(connection);
          if (full != null) {
            call.refuse(full);
            return;
          }
          Answer answer = new Answer(call);
          ReadTicket ticket =
              coordinator.readBegin(
                  node.kernel().nowNanos(),
                  argument.getSpaceId(),
                  Wire.ranges(argument.getRangesList()),
                  Wire.nanos(argument.getReserveMillis()),
                  answer);
          if (!answer.isGiven) {
            call.waits(connection);
            call.onCancel(() -> coordinator.cancelRead(ticket));
          }
        });
  }

  /** Answers one reader. */
  private static final class Answer implements ReadCallback {
    private final UnaryCall<ReadBeginResponse> call;
    private boolean isGiven;

    Answer(UnaryCall<ReadBeginResponse> call) {
      this.call = call;
    }

    @Override
    public void ready(Token token) {
      isGiven = true;
      call.succeed(ReadBeginResponse.newBuilder().setToken(Wire.token(token)).build());
    }

    @Override
    public void refused(Refusal refusal) {
      isGiven = true;
      call.refuse(refusal);
    }
  }

  void readRetry(ReadRetryRequest request, StreamObserver<ReadRetryResponse> observer) {
    new UnaryCall<>(node, observer).answer(request, this::check, Enums::retry);
  }

  private Outcome<RetryResult> check(ReadRetryRequest request) {
    return switch (Wire.token(request.getToken())) {
      case Outcome.Ok<Token>(Token token) ->
          coordinator.readRetry(
              node.kernel().nowNanos(), token, Wire.ranges(request.getRangesList()));
      case Outcome.Refused<Token>(Refusal refusal) -> Outcome.refused(refusal);
    };
  }
}
