package io.svmcoord.server;

import static io.svmcoord.server.Messages.pages;
import static io.svmcoord.server.Messages.unmap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.netty.channel.uring.IoUring;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.server.config.TransportKind;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import io.svmcoord.v1.Invalidate;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every transport, over TCP and over a Unix domain socket. Containers often forbid io_uring: where
 * it can't be had, only its refusal is tested.
 */
class TransportTest {
  @TempDir Path folder;

  static List<TransportKind> transports() {
    return Arrays.stream(TransportKind.values())
        .filter(kind -> kind != TransportKind.IO_URING || IoUring.isAvailable())
        .toList();
  }

  @Test
  void start_withATransportThatCantBeHad_saysSo() {
    assumeThat(IoUring.isAvailable()).isFalse();
    assertThatThrownBy(
            () -> SvmServer.start(TestServer.config(1).with("transport", "io_uring")).close())
        .hasMessageContaining("transport: io_uring (expected: one that can be loaded here");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void ackedFanOut_overTcp_works(TransportKind kind) {
    try (TestServer server =
        new TestServer(TestServer.config(1).with("transport", kind.toString()))) {
      assertThat(server.server().transport()).isEqualTo(kind.toString());
      fanOut(server, server.device("gpu"), server.host("host"));
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void ackedFanOut_overAUnixSocket_works(TransportKind kind) throws Exception {
    Path socket = folder.resolve("svm.sock");
    try (TestServer server = new TestServer(config(kind, socket))) {
      ManagedChannel devices = unixChannel(socket);
      ManagedChannel hosts = unixChannel(socket);
      fanOut(server, new TestDevice(devices, "gpu", 0), new TestHost(hosts, "host", 0));
      devices.shutdownNow();
      hosts.shutdownNow();
    }
    assertThat(socket).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void start_withTheFileOfAKilledProcess_replacesIt(TransportKind kind) throws Exception {
    Path socket = folder.resolve("left.sock");
    // The file of a domain socket stays when its listener is closed.
    try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
    try (TestServer server = new TestServer(config(kind, socket))) {
      ManagedChannel channel = unixChannel(socket);
      assertThat(
              AddressSpaceServiceGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                  .createAddressSpace(CreateAddressSpaceRequest.newBuilder().setName("a").build())
                  .getAddressSpace()
                  .getId())
          .isPositive();
      channel.shutdownNow();
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void start_onASocketInUse_isRefusedAndLeavesItAlone(TransportKind kind) throws IOException {
    Path socket = folder.resolve("used.sock");
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(socket));
      assertThatThrownBy(() -> SvmServer.start(config(kind, socket)).close())
          .hasMessageContaining("listen-unix: " + socket)
          .hasMessageContaining("another process listens");
      assertThat(socket).exists();
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void start_onAnotherFile_isRefusedAndLeavesItAlone(TransportKind kind) throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "precious");
    assertThatThrownBy(() -> SvmServer.start(config(kind, file)).close())
        .hasMessageContaining("listen-unix: " + file)
        .hasMessageContaining("no socket");
    assertThat(file).hasContent("precious");
  }

  private static void fanOut(TestServer server, TestDevice device, TestHost host) {
    long space = server.space("a");
    device.subscribe(space, 1, pages(0, 4));
    host.begin(unmap(space, pages(2, 1)).build());
    Invalidate event = device.nextInvalidate();
    assertThat(host.notices().isEmpty()).isTrue();
    device.ack(event);
    var begun = host.notices().next().getBegun();
    assertThat(begun.getFanOut().getSessionsNotified()).isEqualTo(1);
    assertThat(begun.getFanOut().getNotAckedList()).isEmpty();
    assertThat(host.end(begun.getId()).getEnded().getForceEnded()).isFalse();
    assertThat(device.nextEnded().getSequence()).isEqualTo(event.getSequence());
  }

  private static ServerConfig config(TransportKind kind, Path socket) {
    return TestServer.config(1)
        .with("transport", kind.toString())
        .with("listen-unix", socket.toString());
  }

  private static ManagedChannel unixChannel(Path socket) {
    return Grpc.newChannelBuilder(
            "unix:" + socket.toAbsolutePath(), InsecureChannelCredentials.create())
        .build();
  }
}
