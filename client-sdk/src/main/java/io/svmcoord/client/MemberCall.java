package io.svmcoord.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.MemberRequest.End;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The call of one member of a gateway: to a session's stream it is a call of its own. Messages that
 * are asked for become credit, which is sent when half of it is used up.
 *
 * <p>As any call it is used by one thread at a time, but for {@link #request} and {@link #cancel};
 * its listener is called by one thread at a time.
 */
final class MemberCall extends ClientCall<DeviceSessionRequest, DeviceSessionResponse> {
  private final GatewayChannel channel;
  private final ClientEnvironment environment;

  /** Held while the listener is called, which doesn't block. */
  private final Object calling = new Object();

  private final Object creditLock = new Object();
  private final AtomicBoolean isOver = new AtomicBoolean();
  private volatile @Nullable GatewayStream gateway;
  private volatile @Nullable Listener<DeviceSessionResponse> listener;
  private boolean isClosed;

  // Under the lock of the credit.
  private long unsentCredit;
  private long sentCredit;

  /** It found that it may not send, and is to be told when it may. */
  private volatile boolean isAwaited;

  /** Of the gateway's outbox, which alone uses it. */
  final MemberState state = new MemberState();

  MemberCall(GatewayChannel channel, ClientEnvironment environment) {
    this.channel = channel;
    this.environment = environment;
  }

  // Of ClientCall.

  @Override
  public void start(Listener<DeviceSessionResponse> responses, Metadata headers) {
    listener = responses;
    gateway = channel.join(this);
  }

  @Override
  public void request(int count) {
    int toSend;
    synchronized (creditLock) {
      unsentCredit += count;
      if (unsentCredit < sentCredit) {
        return;
      }
      toSend = (int) Math.min(unsentCredit, Integer.MAX_VALUE);
      unsentCredit -= toSend;
      sentCredit += toSend;
    }
    joined().outbox().credit(this, toSend);
  }

  @Override
  public boolean isReady() {
    if (joined().isReady()) {
      return true;
    }
    isAwaited = true;
    // Once more: it may have become ready in between, and told nobody.
    return joined().isReady();
  }

  @Override
  public void sendMessage(DeviceSessionRequest request) {
    joined().send(this, request);
  }

  @Override
  public void halfClose() {
    joined().outbox().end(this, End.END_HALF_CLOSED);
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    GatewayStream joined = gateway;
    if (joined == null || !isOver.compareAndSet(false, true)) {
      return;
    }
    // In this order: the last member's end is written before the gateway's.
    joined.outbox().end(this, End.END_CANCELLED);
    joined.left(this);
    Status status = Status.CANCELLED.withDescription(message).withCause(cause);
    // Not from here: its caller may be in the middle of something.
    environment.background().execute(() -> tellClosed(status, new Metadata()));
  }

  private GatewayStream joined() {
    GatewayStream joined = gateway;
    if (joined == null) {
      throw new IllegalStateException("call: not started (expected: start first)");
    }
    return joined;
  }

  // Of the gateway.

  /** Whether nothing of it is wanted any more. */
  boolean isOver() {
    return isOver.get();
  }

  /** A message arrived; on the network's thread. */
  void received(DeviceSessionResponse response) {
    synchronized (creditLock) {
      sentCredit--;
    }
    synchronized (calling) {
      Listener<DeviceSessionResponse> told = listener;
      if (told != null && !isClosed && !isOver()) {
        told.onMessage(response);
      }
    }
  }

  /** It may send, if it found before that it may not. */
  void ready() {
    if (!isAwaited) {
      return;
    }
    isAwaited = false;
    synchronized (calling) {
      Listener<DeviceSessionResponse> told = listener;
      if (told != null && !isClosed && !isOver()) {
        told.onReady();
      }
    }
  }

  /** The coordinator, or the end of the gateway, ends it. */
  void closed(Status status, Metadata trailers) {
    if (isOver.compareAndSet(false, true)) {
      tellClosed(status, trailers);
    }
  }

  private void tellClosed(Status status, Metadata trailers) {
    synchronized (calling) {
      Listener<DeviceSessionResponse> told = listener;
      if (told != null && !isClosed) {
        isClosed = true;
        told.onClose(status, trailers);
      }
    }
  }
}
