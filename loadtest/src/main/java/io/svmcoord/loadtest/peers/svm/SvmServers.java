package io.svmcoord.loadtest.peers.svm;

import io.grpc.ManagedChannel;
import io.svmcoord.loadtest.load.FanoutSubscription;
import io.svmcoord.loadtest.peers.system.ChildServer;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.v1.AddressSpaceServiceGrpc;
import io.svmcoord.v1.CreateAddressSpaceRequest;
import java.time.Duration;

/** Coordinators for {@link SvmPeer}'s clients, other than the usual one. Stateless. */
public final class SvmServers {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  private SvmServers() {}

  /** Starts a coordinator with one address space; blocks until clients can come. */
  public static ChildServer start(String name, Launch launch) {
    return SvmPeer.startServer(name, launch, 0);
  }

  /** Makes so many more address spaces, which nobody uses; blocks until they are there. */
  public static void addSpaces(PeerTarget target, int count) {
    try (PeerLoop loop = new PeerLoop()) {
      ManagedChannel channel = loop.grpcChannel(target.address());
      try {
        AddressSpaceServiceGrpc.AddressSpaceServiceBlockingStub spaces =
            AddressSpaceServiceGrpc.newBlockingStub(channel);
        for (int i = 0; i < count; i++) {
          CreateAddressSpaceRequest request =
              CreateAddressSpaceRequest.newBuilder()
                  .setName("unused-" + i)
                  .setPageSize(FanoutSubscription.PAGE_BYTES)
                  .build();
          spaces.withDeadlineAfter(CALL_TIMEOUT).createAddressSpace(request);
        }
      } finally {
        channel.shutdownNow();
      }
    }
  }
}
