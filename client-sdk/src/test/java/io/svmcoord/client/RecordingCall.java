package io.svmcoord.client;

import io.grpc.stub.ClientCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call that notes what is done to it, and takes nothing after its end, like gRPC's own. */
final class RecordingCall extends ClientCallStreamObserver<List<Integer>> {
  final List<List<Integer>> sent = new ArrayList<>();
  volatile boolean isReady = true;
  @Nullable String ended;

  @Override
  public void onNext(List<Integer> message) {
    if (ended != null) {
      throw new IllegalStateException("ended: " + ended + " (expected: not yet)");
    }
    sent.add(message);
  }

  @Override
  public boolean isReady() {
    return isReady;
  }

  @Override
  public void onCompleted() {
    ended = "completed";
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    ended = "cancelled: " + message;
  }

  @Override
  public void onError(Throwable error) {
    throw new AssertionError(error);
  }

  @Override
  public void setOnReadyHandler(Runnable handler) {}

  @Override
  public void request(int count) {}

  @Override
  public void setMessageCompression(boolean isEnabled) {}

  @Override
  public void disableAutoInboundFlowControl() {}
}
