package io.svmcoord.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** More connections than there may be. */
class ConnectionLimitsTest {
  private static final String REFUSED = "svm_connections_refused_total{limit=\"connections\"}";
  private static final String REFUSED_OF_ADDRESS =
      "svm_connections_refused_total{limit=\"connections_per_address\"}";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"epoll,1", "epoll,2", "nio,1"})
  void connections_moreThanAllowed_areClosedUntilOneIsOver(String transport, int loops)
      throws Exception {
    try (TestServer server =
            new TestServer(
                TestServer.config(loops)
                    .with("transport", transport)
                    .with("limits.connections", "2"));
        Socket first = connect(server);
        Socket second = connect(server)) {
      assertThat(isServed(first)).isTrue();
      assertThat(isServed(second)).isTrue();

      try (Socket third = connect(server)) {
        assertThat(isServed(third)).isFalse();
      }
      var create = CreateAddressSpaceRequest.newBuilder().setName("a").build();
      var calls = AddressSpaceServiceGrpc.newBlockingStub(server.channel());
      StatusRuntimeException error =
          catchThrowableOfType(
              StatusRuntimeException.class, () -> calls.createAddressSpace(create));

      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(server.metric("svm_connections")).isEqualTo(2);
      assertThat(server.metric(REFUSED)).isGreaterThanOrEqualTo(2);
      assertThat(server.metric(REFUSED_OF_ADDRESS)).isZero();
      first.close();
      var waiting =
          AddressSpaceServiceGrpc.newBlockingStub(server.channel())
              .withWaitForReady()
              .withDeadlineAfter(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(waiting.createAddressSpace(create).getAddressSpace().getId()).isPositive();
      assertThat(server.metric("svm_connections")).isEqualTo(2);
    }
  }

  @Test
  void connections_moreThanOneAddressMayHave_areClosedAndOtherAddressesComeIn() throws Exception {
    Path socket = folder.resolve("svm.sock");
    try (TestServer server =
            new TestServer(
                TestServer.config(1)
                    .with("listen-unix", socket.toString())
                    .with("limits.connections-per-address", "1"));
        Socket first = connect(server)) {
      assertThat(isServed(first)).isTrue();

      try (Socket second = connect(server)) {
        assertThat(isServed(second)).isFalse();
      }
      try (Socket other = connectFrom("127.0.0.2", server);
          SocketChannel unix = SocketChannel.open(StandardProtocolFamily.UNIX);
          SocketChannel anotherUnix = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        assertThat(isServed(other)).isTrue();
        unix.connect(UnixDomainSocketAddress.of(socket));
        anotherUnix.connect(UnixDomainSocketAddress.of(socket));
        assertThat(unix.read(ByteBuffer.allocate(1))).isEqualTo(1);
        assertThat(anotherUnix.read(ByteBuffer.allocate(1))).isEqualTo(1);
        assertThat(server.metric("svm_connections")).isEqualTo(4);
      }

      assertThat(server.metric(REFUSED_OF_ADDRESS)).isEqualTo(1);
      assertThat(server.metric(REFUSED)).isZero();
      await().atMost(TestServer.PATIENCE).until(() -> server.metric("svm_connections") == 1);
    }
  }

  private static Socket connect(TestServer server) throws IOException {
    return connectFrom("127.0.0.1", server);
  }

  private static Socket connectFrom(String address, TestServer server) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.server().port()));
    socket.setSoTimeout(Math.toIntExact(TestServer.PATIENCE.toMillis()));
    return socket;
  }

  /** A connection that is taken gets the server's HTTP/2 settings, whatever its client says. */
  private static boolean isServed(Socket socket) {
    try {
      return socket.getInputStream().read() >= 0;
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
      return false;
    }
  }
}
