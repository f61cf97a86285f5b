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
  private UnaryCalls() {}

  /** Makes one call; one of the two is told what came of it, on the channel's event loop. */
  public static void call(
      Channel channel,
      MethodDescriptor<EncodedMessage, EncodedMessage> method,
      EncodedMessage request,
      Consumer<EncodedMessage> onAnswer,
      Consumer<String> onFailure) {
    ClientCall<EncodedMessage, EncodedMessage> call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(new Answer(method.getFullMethodName(), onAnswer, onFailure), new Metadata());
    // A second message would be the server's mistake: gRPC tells of it when it may come.
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
  }

  private static final class Answer extends ClientCall.Listener<EncodedMessage> {
    private final String method;
    private final Consumer<EncodedMessage> onAnswer;
    private final Consumer<String> onFailure;
    private @Nullable EncodedMessage answer;

    Answer(String method, Consumer<EncodedMessage> onAnswer, Consumer<String> onFailure) {
      this.method = method;
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
        onFailure.accept(method + ": " + status);
      }
    }
  }
}
