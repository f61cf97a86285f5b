package io.svmcoord.loadtest.peers.system;

/**
 * All devices of one system, each on a connection of its own, all on one event loop. They have
 * nothing to drop: each acks as soon as it reads. Confined to one thread.
 */
public interface PeerDevices extends AutoCloseable {
  /**
   * Connects more of them; blocks until each is subscribed.
   *
   * @param devices how many there are then; not fewer than before
   */
  void growTo(int devices);

  /** Acks sent until now. Exact while no operation runs. Blocks for a moment. */
  long acks();

  /** Disconnects all; blocks until they are gone. */
  @Override
  void close();
}
