package io.svmcoord.loadtest.peers.system;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * One system that does the acked fan-out. Its server, its host and its devices run in three
 * processes; each method is called in another one. Stateless.
 */
public interface Peer {
  /** Most devices of any system: the ports of a machine go no further with six systems. */
  int DEVICES_MAX = 4_000;

  /** Its name, as options and reports have it. */
  String name();

  /** What has to be installed here first, for people; empty when it can run. */
  Optional<String> missing();

  /** Fewest devices that its operation makes sense with. */
  default int devicesMin() {
    return 1;
  }

  /** Most devices that it can be asked for. */
  default int devicesMax() {
    return DEVICES_MAX;
  }

  /** Whether it is another way to run one of the systems, compared where it is named alone. */
  default boolean isVariant() {
    return false;
  }

  /** Starts its server as a process of its own; blocks until clients can come. */
  PeerServer startServer();

  /**
   * Connects its host; blocks until it can begin. What comes of operations goes to the listener.
   */
  PeerHost connectHost(PeerTarget target, OperationListener listener);

  /**
   * Prepares its devices; none is connected yet.
   *
   * @param devices most devices that will ever be connected
   * @param onLost told when the connection of one ends that should not; on any thread
   */
  PeerDevices prepareDevices(PeerTarget target, int devices, Consumer<String> onLost);
}
