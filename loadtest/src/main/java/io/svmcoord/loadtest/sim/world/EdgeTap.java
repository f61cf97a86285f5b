package io.svmcoord.loadtest.sim.world;

import com.google.protobuf.ByteString;
import io.grpc.Drainable;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.svmcoord.loadtest.sim.check.InvalidationKey;
import io.svmcoord.loadtest.sim.check.PageMask;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.InvalidationId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What passes the coordinator's edge, as facts: each message as it is handed to the services, and
 * as they hand it to the network. A call of one message is handed over when its client has nothing
 * more to say: a connection may break in between. Confined to its simulation.
 */
final class EdgeTap implements ServerInterceptor {
  /** Takes the messages of one call, in order. */
  interface Edge {
    /** A message of the client, encoded if the services read it themselves. */
    void received(Object message);

    /** A message of the services, encoded if the services do that themselves. */
    void sent(Object message);

    /** Nothing more is sent. */
    void over();
  }

  private final World world;

  EdgeTap(World world) {
    this.world = world;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String method = call.getMethodDescriptor().getBareMethodName();
    Edge edge =
        switch (method == null ? "" : method) {
          case "DeviceSession" -> new DeviceEdge(world);
          case "DeviceGateway" -> new GatewayEdge(world);
          case "HostSession" -> new HostEdge(world);
          case "ReadBegin", "ReadRetry" -> new MapperEdge(world);
          case "EndInvalidation" -> new EndEdge(world);
          default -> null;
        };
    return edge == null ? next.startCall(call, headers) : watched(edge, call, headers, next);
  }

  private static <Q, R> ServerCall.Listener<Q> watched(
      Edge edge, ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    ServerCall<Q, R> outgoing =
        new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
          @Override
          public void sendMessage(R message) {
            edge.sent(message);
            super.sendMessage(message);
          }

          @Override
          public void close(Status status, Metadata trailers) {
            edge.over();
            super.close(status, trailers);
          }
        };
    return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
        next.startCall(outgoing, headers)) {
      private final boolean isUnary = call.getMethodDescriptor().getType() == MethodType.UNARY;
      private @Nullable Q only;

      @Override
      public void onMessage(Q message) {
        if (isUnary) {
          only = message;
        } else {
          edge.received(message);
        }
        super.onMessage(message);
      }

      @Override
      public void onHalfClose() {
        if (only != null) {
          edge.received(only);
        }
        super.onHalfClose();
      }

      @Override
      public void onCancel() {
        edge.over();
        super.onCancel();
      }
    };
  }

  // What the edges share.

  /** The bytes of a message that the services encode or read themselves. */
  static byte[] bytes(Object message) {
    if (!(message instanceof Drainable encoded)) {
      throw new IllegalStateException(
          "message: %s (expected: encoded)".formatted(message.getClass()));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      var _ = encoded.drainTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Into an array: can't be.
    }
    return bytes.toByteArray();
  }

  static InvalidationKey key(InvalidationId id) {
    return new InvalidationKey(id.getSpaceId(), id.getEpoch(), id.getSequence());
  }

  static long pages(AddressRange range) {
    return PageMask.of(range.getFirst(), range.getLast());
  }

  static long pages(List<AddressRange> ranges) {
    long mask = 0;
    for (AddressRange range : ranges) {
      mask |= pages(range);
    }
    return mask;
  }

  /** A number for an incarnation. */
  static long incarnation(ByteString id) {
    return id.size() < Long.BYTES ? 0 : ByteBuffer.wrap(id.toByteArray()).getLong();
  }
}
