package io.svmcoord.loadtest.peers.broker;

import io.svmcoord.loadtest.peers.system.OperationListener;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerDevices;
import io.svmcoord.loadtest.peers.system.PeerHost;
import io.svmcoord.loadtest.peers.system.PeerServer;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * etcd: the host sets a key that all devices watch, each device sets a key of its own, and the host
 * watches these. One member; its files are in memory where the system has such a place.
 */
public final class EtcdPeer implements Peer {
  /** The host sets it. */
  static final String EVENT = "event";

  /** First key that is not the event's. */
  static final String EVENT_END = "event\0";

  /** Devices set keys that begin with it. */
  static final String ACKS = "ack/";

  /** First key behind theirs. */
  static final String ACKS_END = "ack0";

  private static final String PROGRAM = "etcd";

  @Override
  public String name() {
    return "etcd";
  }

  @Override
  public Optional<String> missing() {
    return BrokerProcess.missing(PROGRAM, "etcd-server");
  }

  @Override
  public PeerServer startServer() {
    return BrokerProcess.start(
        PROGRAM,
        (ports, directory) -> {
          String clients = "http://127.0.0.1:" + ports[0];
          String members = "http://127.0.0.1:" + ports[1];
          return List.of(
              "--name",
              "peer",
              "--data-dir",
              directory.resolve("data").toString(),
              "--listen-client-urls",
              clients,
              "--advertise-client-urls",
              clients,
              "--listen-peer-urls",
              members,
              "--initial-advertise-peer-urls",
              members,
              "--initial-cluster",
              "peer=" + members);
        });
  }

  @Override
  public PeerHost connectHost(PeerTarget target, OperationListener listener) {
    return EtcdHost.connect(target, listener);
  }

  @Override
  public PeerDevices prepareDevices(PeerTarget target, int devices, Consumer<String> onLost) {
    return new EtcdDevices(target, onLost);
  }
}
