package io.svmcoord.server.kernel;

/**
 * Where a session's client is. Nothing but the address decides anything: the rest is for listings.
 * Immutable.
 *
 * @param address its network address
 * @param gateway the gateway that the session's stream is a member of; 0 for a stream of its own
 */
public record Peer(String address, long gateway) {
  /** One whose streams are its own. */
  public static Peer of(String address) {
    return new Peer(address, 0);
  }
}
