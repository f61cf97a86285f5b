package io.svmcoord.loadtest.peers.relay;

import io.svmcoord.loadtest.peers.system.ChildServer;
import io.svmcoord.loadtest.peers.system.Peer;
import io.svmcoord.loadtest.peers.system.PeerLoop;
import io.svmcoord.loadtest.peers.system.PeerServer;
import io.svmcoord.loadtest.peers.system.PeerTarget;
import java.util.List;
import java.util.Optional;

/** A system whose server is a part of this program, too. */
public sealed interface Relay extends Peer permits GrpcRelay, NettyRelay, GrpcCalls, GrpcEcho {
  /**
   * Serves on this loop, on loopback, until the loop is closed; blocks until it listens.
   *
   * @return the port
   */
  int serve(PeerLoop loop);

  @Override
  default Optional<String> missing() {
    return Optional.empty();
  }

  @Override
  default PeerServer startServer() {
    return startChild(name());
  }

  /** Starts the server of this system; blocks until clients can come. */
  static ChildServer startChild(String system) {
    return ChildServer.start(
        system,
        List.of("load", "peer-role", "server", "--system", system),
        port -> new PeerTarget(port, 0));
  }
}
