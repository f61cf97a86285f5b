package io.svmcoord.loadtest.canary;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator with one rule switched off: a real one, and in front of it somebody who passes all
 * messages on but those that a {@link Lie} replaces, drops or makes up.
 */
final class LyingCoordinator implements AutoCloseable {
  /**
   * What is not passed on as it is. Called on gRPC's threads, which may wait; the messages of a
   * call in order.
   */
  interface Lie {
    /** What the coordinator is told instead of a message; empty for nothing. */
    default Optional<byte[]> request(String method, byte[] message)
        throws InvalidProtocolBufferException {
      return Optional.of(message);
    }

    /**
     * What the client is told instead of a message; empty for nothing.
     *
     * @param toCoordinator says something to the coordinator on the client's behalf
     */
    Optional<byte[]> response(String method, byte[] message, Consumer<byte[]> toCoordinator)
        throws InvalidProtocolBufferException;
  }

  /** Messages stay the bytes that they are. */
  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final ManagedChannel honest;
  private final Lie lie;
  private final Server server;

  /** Stands in front of the coordinator of a port, on loopback. */
  LyingCoordinator(int port, Lie lie) {
    this.honest = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    this.lie = lie;
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .fallbackHandlerRegistry(new Anything())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String target() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
    honest.shutdownNow();
  }

  /** Takes every method. */
  private final class Anything extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
      MethodDescriptor<byte[], byte[]> method =
          MethodDescriptor.newBuilder(Bytes.INSTANCE, Bytes.INSTANCE)
              .setFullMethodName(name)
              .setType(MethodType.UNKNOWN)
              .build();
      return ServerMethodDefinition.create(
          method, (call, headers) -> new Passage(name, call, method).start(headers));
    }
  }

  /**
   * One call on its way through. Sends on either side are locked: a lie may come from the other.
   */
  private final class Passage extends ClientCall.Listener<byte[]> {
    private final String name;
    private final ServerCall<byte[], byte[]> client;
    private final ClientCall<byte[], byte[]> coordinator;

    Passage(
        String name, ServerCall<byte[], byte[]> client, MethodDescriptor<byte[], byte[]> method) {
      this.name = name;
      this.client = client;
      this.coordinator = honest.newCall(method, CallOptions.DEFAULT);
    }

    ServerCall.Listener<byte[]> start(Metadata headers) {
      coordinator.start(this, headers);
      coordinator.request(Integer.MAX_VALUE);
      client.sendHeaders(new Metadata());
      client.request(Integer.MAX_VALUE);
      return new Requests();
    }

    private synchronized void toCoordinator(byte[] message) {
      coordinator.sendMessage(message);
    }

    private synchronized void toClient(byte[] message) {
      if (!client.isCancelled()) {
        client.sendMessage(message);
      }
    }

    @Override
    public void onMessage(byte[] message) {
      try {
        lie.response(name, message, this::toCoordinator).ifPresent(this::toClient);
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public synchronized void onClose(Status status, Metadata trailers) {
      if (!client.isCancelled()) {
        client.close(status, trailers);
      }
    }

    private final class Requests extends ServerCall.Listener<byte[]> {
      @Override
      public void onMessage(byte[] message) {
        try {
          lie.request(name, message).ifPresent(Passage.this::toCoordinator);
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalStateException(e);
        }
      }

      @Override
      public void onHalfClose() {
        synchronized (Passage.this) {
          coordinator.halfClose();
        }
      }

      @Override
      public void onCancel() {
        coordinator.cancel("its client left", null);
      }
    }
  }
}
