package io.svmcoord.loadtest.peers;

import io.svmcoord.loadtest.peers.broker.EtcdPeer;
import io.svmcoord.loadtest.peers.broker.PubSubPeer;
import io.svmcoord.loadtest.peers.relay.GrpcCalls;
import io.svmcoord.loadtest.peers.relay.GrpcEcho;
import io.svmcoord.loadtest.peers.relay.GrpcRelay;
import io.svmcoord.loadtest.peers.relay.NettyRelay;
import io.svmcoord.loadtest.peers.svm.SvmCalls;
import io.svmcoord.loadtest.peers.svm.SvmPeer;
import io.svmcoord.loadtest.peers.svm.SvmSdkPeer;
import io.svmcoord.loadtest.peers.svm.SvmVariant;
import io.svmcoord.loadtest.peers.system.Peer;
import java.util.List;
import java.util.stream.Stream;

/** All systems that can be compared. Stateless. */
final class PeerCatalog {
  private static final List<Peer> ALL =
      Stream.<List<? extends Peer>>of(
              List.of(
                  new SvmPeer(),
                  new GrpcRelay(),
                  new NettyRelay(),
                  PubSubPeer.redis(),
                  PubSubPeer.nats(),
                  new EtcdPeer(),
                  new SvmSdkPeer()),
              SvmVariant.all(),
              List.of(new GrpcEcho(), new GrpcCalls(), SvmCalls.invalidations(), SvmCalls.reads()))
          .<Peer>flatMap(List::stream)
          .toList();

  private PeerCatalog() {}

  /** Names of all of them, in the order of reports. */
  private static List<String> names() {
    return ALL.stream().map(Peer::name).toList();
  }

  /** Names of those that take any number of devices, in the order of reports. */
  static List<String> fanOutNames() {
    return ALL.stream()
        .filter(peer -> peer.devicesMax() >= Peer.DEVICES_MAX && !peer.isVariant())
        .map(Peer::name)
        .toList();
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
