package io.svmcoord.loadtest.peers.system;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * One system that does the acked fan-out. Its server, its host and its devices run in three
 * processes; each method is called in another one. Stateless.
 */
public interface Peer {
  /** Its name, as options and reports have it. */
  String name();

  /** What has to be installed here first, for people; empty when it can run. */
  Optional<String> missing();

  /** Starts its server as a process of its own; blocks until clients can come. */
  PeerServer startServer();

  /**
   * Connects its host; blocks until it can begin. What comes of operations goes to the listener.
   */
  PeerHost connectHost(PeerTarget target, OperationListener listener);

  /**
   * Prepares its devices; none is connected yet.
   *
   * @param devicesMax most devices that will ever be connected
   * @param onLost told when the connection of one ends that should not; on any thread
   */
  PeerDevices prepareDevices(PeerTarget target, int devicesMax, Consumer<String> onLost);
}
