package io.svmcoord.server.kernel;

/**
 * Port: what a host session is told besides the answers to its calls. Called on the coordinator's
 * thread, never in the middle of a change; must not block.
 */
@FunctionalInterface
public interface HostOutlet {
  /** The session is put out or over; called once at most, not after its detach or broken stream. */
  void closed(CloseReason reason);
}
