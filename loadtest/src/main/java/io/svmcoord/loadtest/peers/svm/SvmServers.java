package io.svmcoord.loadtest.peers.svm;

import io.grpc.ManagedChannel;
import io.svmcoord.loadtest.load.FanoutSubscription;
import io.svmcoord.loadtest.peers.system.ChildServer;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.process.Arguments;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Coordinators for the clients of {@link SvmPeer} and of its variants. Stateless. */
public final class SvmServers {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  private SvmServers() {}

  /** Starts a coordinator with one address space; blocks until clients can come. */
  public static ChildServer start(String name, Launch launch) {
    return start(name, launch, arguments());
  }

  /**
   * The same, otherwise.
   *
   * @param arguments {@link #arguments()}, or what follows from them
   */
  static ChildServer start(String name, Launch launch, Arguments arguments) {
    return ChildServer.start(name, launch, arguments.list(), SvmServers::withSpace);
  }

  /** Of the usual coordinator: its sockets are served as those of all other systems. */
  static Arguments arguments() {
    return Arguments.SERVE.with("--transport", PeerLoop.transport());
  }

  private static PeerTarget withSpace(int port) {
    List<Long> ids = createSpaces(new PeerTarget(port, 0), Stream.of("compare-peers"));
    return new PeerTarget(port, ids.getFirst());
  }

  /** Makes so many more address spaces, which nobody uses; blocks until they are there. */
  public static void addSpaces(PeerTarget target, int count) {
    var _ = createSpaces(target, IntStream.range(0, count).mapToObj(i -> "unused-" + i));
  }

  private static List<Long> createSpaces(PeerTarget target, Stream<String> names) {
    try (PeerLoop loop = new PeerLoop()) {
      ManagedChannel channel = loop.grpcChannel(target.address());
      try {
        return names.map(name -> createSpace(channel, name)).toList();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static long createSpace(ManagedChannel channel, String name) {
    CreateAddressSpaceRequest request =
        CreateAddressSpaceRequest.newBuilder()
            .setName(name)
            .setPageSize(FanoutSubscription.PAGE_BYTES)
            .build();
    return AddressSpaceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(CALL_TIMEOUT)
        .createAddressSpace(request)
        .getAddressSpace()
        .getId();
  }
}
