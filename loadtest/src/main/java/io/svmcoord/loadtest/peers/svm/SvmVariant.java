package io.svmcoord.loadtest.peers.svm;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerServer;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.report.RunFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * svm in another arrangement than {@link SvmPeer}'s, with the same host and the same devices: to
 * see what one choice alone makes of it. Immutable.
 */
public final class SvmVariant implements Peer {
  /** Connections of all devices together, and gateways. */
  private static final int CONNECTIONS = 10;

  /** How devices and connections belong together. */
  private enum Sharing {
    /** A connection for each device. */
    NONE,
    /** Few connections, a stream for each device. */
    CONNECTIONS,
    /** Few connections, and on each a gateway for its devices. */
    STREAMS
  }

  /** What clients and coordinator talk over. */
  private enum Transport {
    EPOLL,
    /** Of the coordinator; its clients have the usual one. */
    IO_URING,
    /** A Unix domain socket. */
    UNIX
  }

  private final String name;
  private final Sharing sharing;
  private final Transport transport;
  private final int eventLoops;

  private SvmVariant(String name, Sharing sharing, Transport transport, int eventLoops) {
    this.name = name;
    this.sharing = sharing;
    this.transport = transport;
    this.eventLoops = eventLoops;
  }

  /** All of them. */
  public static List<Peer> all() {
    return List.of(
        new SvmVariant("svm-shared", Sharing.CONNECTIONS, Transport.EPOLL, 1),
        new SvmVariant("svm-gateway", Sharing.STREAMS, Transport.EPOLL, 1),
        new SvmVariant("svm-io-uring", Sharing.NONE, Transport.IO_URING, 1),
        new SvmVariant("svm-unix", Sharing.NONE, Transport.UNIX, 1),
        new SvmVariant("svm-2-loops", Sharing.NONE, Transport.EPOLL, 2));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> missing() {
    return switch (transport) {
      case EPOLL -> Optional.empty();
      case IO_URING ->
          IoUring.isAvailable()
              ? Optional.empty()
              : Optional.of("io_uring: " + IoUring.unavailabilityCause().getMessage());
      case UNIX ->
          Epoll.isAvailable()
              ? Optional.empty()
              : Optional.of("epoll: " + Epoll.unavailabilityCause().getMessage());
    };
  }

  @Override
  public int devicesMax() {
    return SvmPeer.CLIENTS_MAX;
  }

  @Override
  public boolean isVariant() {
    return true;
  }

  @Override
  public PeerServer startServer() {
    Arguments usual = SvmServers.arguments().with("--event-loops", eventLoops);
    Arguments arguments =
        switch (transport) {
          case EPOLL -> usual;
          case IO_URING -> usual.with("--transport", "io_uring");
          case UNIX -> {
            int port = freePort();
            yield usual
                .with("--listen", "127.0.0.1:" + port)
                .and("--set=listen-unix=" + socketFile(port));
          }
        };
    return SvmServers.start(name, Launch.SAME, arguments);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw RunFailure.foundWrong("no free port: " + e, e);
    }
  }

  /** Found by every process of a comparison that knows the coordinator's port. */
  private static Path socketFile(int port) {
    return Path.of(System.getProperty("java.io.tmpdir"), "svm-peer-" + port + ".sock");
  }

  private SocketAddress address(PeerTarget target) {
    return transport == Transport.UNIX
        ? new DomainSocketAddress(socketFile(target.port()).toFile())
        : target.address();
  }

  @Override
  public PeerHost connectHost(PeerTarget target, OperationListener listener) {
    return SvmHost.connect(address(target), target.spaceId(), listener);
  }

  @Override
  public PeerDevices prepareDevices(PeerTarget target, int devices, Consumer<String> onLost) {
    return new SvmDevices(
        name,
        address(target),
        target.spaceId(),
        sharing == Sharing.NONE ? devices : CONNECTIONS,
        sharing == Sharing.STREAMS,
        onLost);
  }
}
