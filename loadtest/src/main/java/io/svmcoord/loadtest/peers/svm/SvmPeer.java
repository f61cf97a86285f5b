package io.svmcoord.loadtest.peers.svm;

import io.grpc.ManagedChannel;
import io.svmcoord.loadtest.load.FanoutSubscription;
import io.svmcoord.loadtest.peers.system.ChildServer;
import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerServer;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** svm: a begin, an event to each device, their acks, the answer; then the end. */
public final class SvmPeer implements Peer {
  /** Time to live of all leases. */
  static final Duration TTL = Duration.ofSeconds(10);

  /** Most devices: each of them is a connection, and open files and ports go no further. */
  static final int CLIENTS_MAX = 10_000;

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "svm";
  }

  @Override
  public int devicesMin() {
    return 0;
  }

  @Override
  public int devicesMax() {
    return CLIENTS_MAX;
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  public PeerServer startServer() {
    return startServer(name());
  }

  /** A coordinator with one address space. */
  static ChildServer startServer(String name) {
    return startServer(name, Launch.SAME, 0);
  }

  /**
   * The same, otherwise.
   *
   * @param launch kind of its JVM
   * @param port to listen on; 0 for a free one
   * @param more arguments; where they name a transport it is that one
   */
  static ChildServer startServer(String name, Launch launch, int port, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "serve",
                "--listen",
                "127.0.0.1:" + port,
                "--admin",
                "127.0.0.1:0",
                "--stop-with-stdin",
                "-o",
                "json"));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--transport")) {
      arguments.addAll(List.of("--transport", PeerLoop.transport()));
    }
    return ChildServer.start(name, launch, arguments, SvmPeer::withSpace);
  }

  private static PeerTarget withSpace(int port) {
    CreateAddressSpaceRequest request =
        CreateAddressSpaceRequest.newBuilder()
            .setName("compare-peers")
            .setPageSize(FanoutSubscription.PAGE_BYTES)
            .build();
    try (PeerLoop loop = new PeerLoop()) {
      ManagedChannel channel = loop.grpcChannel(new PeerTarget(port, 0).address());
      try {
        return new PeerTarget(
            port,
            AddressSpaceServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_TIMEOUT)
                .createAddressSpace(request)
                .getAddressSpace()
                .getId());
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Override
  public PeerHost connectHost(PeerTarget target, OperationListener listener) {
    return SvmHost.connect(target.address(), target.spaceId(), listener);
  }

  @Override
  public PeerDevices prepareDevices(PeerTarget target, int devices, Consumer<String> onLost) {
    return new SvmDevices(name(), target.address(), target.spaceId(), devices, false, onLost);
  }
}
