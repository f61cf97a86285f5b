package io.svmcoord.loadtest.peers.system;

import io.netty.channel.EventLoop;

/** A connected host. Confined to its event loop, but for {@link #loop} and {@link #close}. */
public interface PeerHost extends AutoCloseable {
  /** Most operations at once: a slot is below this. */
  int SLOTS = 1 << 7;

  /** The event loop that everything here runs on. */
  EventLoop loop();

  /**
   * Begins an operation; {@link OperationListener#completed} tells when all devices have acked. It
   * may be kept back until {@link #flush}, or until the end of what was read when it was begun by
   * the listener.
   *
   * @param slot names it until it completes; it has no other operation running
   * @param devices how many will ack
   */
  void begin(int slot, int devices);

  /** Sends what was begun. */
  void flush();

  /** Leaves; blocks until everything of it is gone. Any other thread. */
  @Override
  void close();
}
