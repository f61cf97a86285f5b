package io.svmcoord.server.service;

import com.google.protobuf.MessageLite;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import org.jspecify.annotations.Nullable;

/** Unary methods that refuse requests which are too large, by the name of the limit. Stateless. */
final class LimitedCalls {
  private LimitedCalls() {}

  /** The method, for requests of {@code bytesMax} bytes at most. */
  static <Q, R> ServerMethodDefinition<Q, R> limit(
      ServerMethodDefinition<Q, R> method, int bytesMax) {
    MethodDescriptor<Q, R> descriptor = method.getMethodDescriptor();
    Marshaller<Q> marshaller = descriptor.getRequestMarshaller();
    Q tooLarge = marker(marshaller);
    return ServerMethodDefinition.create(
        descriptor.toBuilder(
                new LimitedMarshaller<>(marshaller, bytesMax, tooLarge),
                descriptor.getResponseMarshaller())
            .build(),
        (call, headers) ->
            new Refusing<>(
                call, method.getServerCallHandler().startCall(call, headers), tooLarge, bytesMax));
  }

  /** A message of the marshaller's type that is no other object. */
  @SuppressWarnings("unchecked") // A builder of a message's type builds messages of that type.
  private static <Q> Q marker(Marshaller<Q> marshaller) {
    if (marshaller instanceof PrototypeMarshaller<Q> prototypes
        && prototypes.getMessagePrototype() instanceof MessageLite prototype) {
      return (Q) prototype.newBuilderForType().buildPartial();
    }
    throw new IllegalArgumentException(
        "marshaller: " + marshaller + " (expected: one of protobuf messages)");
  }

  /** Answers in the place of the call's own listener, which then hears no more but the end. */
  private static final class Refusing<Q, R> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, R> call;
    private final Q tooLarge;
    private final int bytesMax;
    private boolean isRefused;

    Refusing(ServerCall<Q, R> call, ServerCall.Listener<Q> listener, Q tooLarge, int bytesMax) {
      super(listener);
      this.call = call;
      this.tooLarge = tooLarge;
      this.bytesMax = bytesMax;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // The marker is this object, not its content.
    public void onMessage(@Nullable Q message) {
      if (message == tooLarge) {
        isRefused = true;
        Outgoing.Close close = Errors.close(ServiceLimits.messageTooLarge(bytesMax));
        call.close(close.status(), close.trailers());
      } else if (!isRefused) {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (!isRefused) {
        super.onHalfClose();
      }
    }
  }
}
