package io.svmcoord.server;

import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.Invalidate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are no gRPC, and gRPC messages that are none of the contract's. */
class GarbageTest {
  private static final long SEED = 20_251_120L;
  private static final byte[] HTTP2_PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void garbage_onThePort_disturbsNobody(int loops) throws IOException {
    try (TestServer server = TestServer.withLoops(loops)) {
      long space = server.space("a");
      TestDevice device = new TestDevice(server.channel(), "device", 60_000);
      device.subscribe(space, 1, pages(0, 1));
      TestHost host = new TestHost(server.channel(), "host", 60_000);
      host.begin(unmap(space, pages(0, 1)).build());
      Invalidate event = device.nextInvalidate();
      Snapshot before = Snapshot.of(server);
      Random random = new Random(SEED);

      for (int i = 0; i < 20; i++) {
        byte[] noise = new byte[1 + random.nextInt(4096)];
        random.nextBytes(noise);
        sendAndAwaitClose(server, noise);
        sendAndAwaitClose(server, concat(HTTP2_PREFACE, noise));
      }
      sendAndAwaitClose(
          server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

      assertThat(Snapshot.of(server)).as("seed %s", SEED).isEqualTo(before);
      device.ack(event);
      assertThat(host.notices().next().hasBegun()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void garbage_asMessageOfAStream_endsThatStreamAlone(int loops) throws Exception {
    try (TestServer server = TestServer.withLoops(loops)) {
      TestDevice device = new TestDevice(server.channel(), "device", 60_000);
      Snapshot before = Snapshot.of(server);

      // Field 1 with a length beyond the end.
      Status status = callWithBytes(server, new byte[] {0x0A, 0x7F, 1, 2});

      assertThat(status.isOk()).isFalse();
      assertThat(Snapshot.of(server)).isEqualTo(before);
      assertThat(device.heartbeat(1).getNumber()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void message_largerThanTheLimit_endsThatStreamAlone(int loops) throws Exception {
    try (TestServer server = TestServer.withLoops(loops)) {
      Snapshot before = Snapshot.of(server);

      Status status = callWithBytes(server, new byte[(1 << 20) + 1]);

      assertThat(status.isOk()).isFalse();
      assertThat(Snapshot.of(server)).isEqualTo(before);
    }
  }

  private static Status callWithBytes(TestServer server, byte[] bytes) throws Exception {
    MethodDescriptor<byte[], byte[]> method =
        DeviceServiceGrpc.getDeviceSessionMethod().toBuilder(new Bytes(), new Bytes()).build();
    ClientCall<byte[], byte[]> call = server.channel().newCall(method, CallOptions.DEFAULT);
    CompletableFuture<Status> closed = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            closed.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(bytes);
    return closed.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Reads until the server has closed the connection. */
  private static void sendAndAwaitClose(TestServer server, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server().port())) {
      socket.setSoTimeout((int) TestServer.PATIENCE.toMillis());
      try {
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes().length).isLessThan(1 << 20);
      } catch (java.net.SocketTimeoutException e) {
        throw new AssertionError("the server keeps the connection", e);
      } catch (IOException e) {
        assertThat(e).as("a reset is a close, too").hasMessageMatching("(?i).*(reset|broken).*");
      }
    }
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /** Messages as bytes. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      return new byte[0];
    }
  }
}
