package io.svmcoord.loadtest.peers.system;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.svmcoord.loadtest.load.EncodedMessage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Unary calls without a stub: nothing that the others don't pay, too. Stateless. */
public final class UnaryCalls {
  private static final Status NO_ANSWER = Status.INTERNAL.withDescription("OK without an answer");

  private UnaryCalls() {}

  /** Makes one call; one of the two is told what came of it, on the channel's event loop. */
  public static void call(
      Channel channel,
      MethodDescriptor<EncodedMessage, EncodedMessage> method,
      EncodedMessage request,
      Consumer<EncodedMessage> onAnswer,
      Consumer<Status> onFailure) {
    ClientCall<EncodedMessage, EncodedMessage> call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(new Answer(onAnswer, onFailure), new Metadata());
    // A second message would be the server's mistake: gRPC tells of it when it may come.
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
  }

  private static final class Answer extends ClientCall.Listener<EncodedMessage> {
    private final Consumer<EncodedMessage> onAnswer;
    private final Consumer<Status> onFailure;
    private @Nullable EncodedMessage answer;

    Answer(Consumer<EncodedMessage> onAnswer, Consumer<Status> onFailure) {
      this.onAnswer = onAnswer;
      this.onFailure = onFailure;
    }

    @Override
    public void onMessage(EncodedMessage message) {
      answer = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (status.isOk() && answer != null) {
        onAnswer.accept(answer);
      } else {
        onFailure.accept(status.isOk() ? NO_ANSWER : status);
      }
    }
  }
}
