package io.svmcoord.loadtest.peers.system;

/** What comes of a host's operations. Called on its event loop. */
public interface OperationListener {
  /** All is acked; it may begin the next one in the same slot at once. */
  void completed(int slot, int acks);

  /** The host can't go on: its connection ended, or it read what it should not have. */
  void failed(String why);
}
