package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.relay.GrpcRelay;
import io.svmcoord.loadtest.peers.relay.NettyRelay;
import io.svmcoord.loadtest.peers.svm.SvmPeer;
import io.svmcoord.loadtest.peers.system.Peer;
import java.util.List;

/** All systems that can be compared. Stateless. */
final class PeerCatalog {
  private static final List<Peer> ALL = List.of(new SvmPeer(), new GrpcRelay(), new NettyRelay());

  private PeerCatalog() {}

  /** Names of all of them, in the order of reports. */
  static List<String> names() {
    return ALL.stream().map(Peer::name).toList();
  }

  /**
   * The system of this name.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Peer of(String name) {
    return ALL.stream()
        .filter(peer -> peer.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "systems: " + name + " (expected: of " + String.join(", ", names()) + ")"));
  }
}
