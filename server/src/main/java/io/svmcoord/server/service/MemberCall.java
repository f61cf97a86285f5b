package io.svmcoord.server.service;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.svmcoord.v1.MemberRequest;
import org.jspecify.annotations.Nullable;

/**
 * The call of one member of a gateway: to the stream of a session it is a call of its own.
 *
 * <p>It takes messages as long as its client gave it credit and the gateway takes more, so a member
 * that is not read makes its own stream wait and no other. The other way nothing is asked for: the
 * gateway bounds what is received.
 *
 * <p>Confined to the gateway's loop, but for {@link #request}.
 */
final class MemberCall extends ServerCall<DeviceRequest, Envelope> {
  private final GatewayStream gateway;
  private final GatewayOutbox outbox;
  private final MethodDescriptor<DeviceRequest, Envelope> method;
  private final int number;
  private ServerCall.@Nullable Listener<DeviceRequest> listener;
  private long credit;

  /** The entry of the outbox that told it something last; 0 for none. */
  private long lastEntry;

  /** It was told that it is not ready, and is to be told when it is. */
  private boolean isWaiting;

  private boolean isClosed;
  private boolean isCancelled;

  MemberCall(
      GatewayStream gateway,
      GatewayOutbox outbox,
      MethodDescriptor<DeviceRequest, Envelope> method,
      int number) {
    this.gateway = gateway;
    this.outbox = outbox;
    this.method = method;
    this.number = number;
  }

  int number() {
    return number;
  }

  // The gateway's side.

  /** Who is told what the client does. */
  void listen(ServerCall.Listener<DeviceRequest> stream) {
    listener = stream;
  }

  private ServerCall.Listener<DeviceRequest> listener() {
    ServerCall.Listener<DeviceRequest> stream = listener;
    if (stream == null) {
      throw new IllegalStateException("listener: null (expected: the member's stream)");
    }
    return stream;
  }

  /**
   * The client says something.
   *
   * @param content the request of it, if there is one; members share it
   */
  void received(MemberRequest request, @Nullable DeviceRequest content) {
    if (request.getCredit() != 0) {
      credit += Integer.toUnsignedLong(request.getCredit());
      ready();
    }
    if (content != null) {
      listener().onMessage(content);
    }
    switch (request.getEnd()) {
      case END_HALF_CLOSED -> halfClosed();
      case END_CANCELLED -> {
        gateway.over(this);
        cancelled();
      }
      case END_UNSPECIFIED, UNRECOGNIZED -> {
        // It goes on; what this version does not know ends nothing.
      }
    }
  }

  /** The client says nothing more. */
  void halfClosed() {
    listener().onHalfClose();
  }

  /** The client, or the gateway, is gone. */
  void cancelled() {
    isCancelled = true;
    listener().onCancel();
  }

  /** More may be told, if anything waits for that. */
  void ready() {
    if (isWaiting && hasCredit()) {
      isWaiting = false;
      listener().onReady();
    }
  }

  private boolean hasCredit() {
    return credit > 0;
  }

  // The stream's side.

  @Override
  public boolean isReady() {
    if (hasCredit() && !isClosed && !isCancelled && outbox.isReady()) {
      return true;
    }
    isWaiting = true;
    return false;
  }

  @Override
  public void sendMessage(Envelope envelope) {
    if (!isClosed && !isCancelled) {
      credit--;
      lastEntry = outbox.add(number, lastEntry, envelope);
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (!isClosed && !isCancelled) {
      isClosed = true;
      outbox.end(number, Errors.memberClosed(status, trailers));
      gateway.over(this);
    }
  }

  /** Thread-safe. */
  @Override
  public void request(int count) {
    // The gateway asks for its own messages, for all members.
  }

  @Override
  public void sendHeaders(Metadata headers) {
    // The gateway has sent its own.
  }

  @Override
  public boolean isCancelled() {
    return isCancelled;
  }

  @Override
  public Attributes getAttributes() {
    return gateway.attributes();
  }

  @Override
  public MethodDescriptor<DeviceRequest, Envelope> getMethodDescriptor() {
    return method;
  }
}
