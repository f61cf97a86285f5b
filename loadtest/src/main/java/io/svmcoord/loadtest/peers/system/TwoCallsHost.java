package io.svmcoord.loadtest.peers.system;

import io.grpc.ManagedChannel;
import io.netty.channel.EventLoop;
import io.svmcoord.loadtest.load.EncodedMessage;

/** A host whose operations are {@link TwoCalls}. */
public final class TwoCallsHost implements PeerHost {
  private final PeerLoop loop = new PeerLoop();
  private final String system;
  private final ManagedChannel channel;
  private final TwoCalls calls;
  private final OperationListener listener;

  /** Connects with the first call. */
  public TwoCallsHost(
      String system, PeerTarget target, TwoCalls calls, OperationListener listener) {
    this.system = system;
    this.channel = loop.grpcChannel(target.address());
    this.calls = calls;
    this.listener = listener;
  }

  @Override
  public EventLoop loop() {
    return loop.loop();
  }

  @Override
  public void begin(int slot, int devices) {
    UnaryCalls.call(
        channel,
        calls.first(),
        calls.request(),
        answer -> goOn(slot, answer),
        status -> listener.failed(system + ": " + status));
  }

  private void goOn(int slot, EncodedMessage first) {
    UnaryCalls.call(
        channel,
        calls.second(),
        calls.next().apply(first),
        answer -> complete(slot, answer),
        status -> listener.failed(system + ": " + status));
  }

  private void complete(int slot, EncodedMessage second) {
    if (calls.isExpected().test(second)) {
      listener.completed(slot, 0);
    } else {
      listener.failed(system + ": an unexpected answer of " + calls.second().getFullMethodName());
    }
  }

  @Override
  public void flush() {
    // gRPC flushes what was written on its event loop when the loop has nothing else to do.
  }

  @Override
  public void close() {
    channel.shutdownNow();
    loop.close();
  }
}
