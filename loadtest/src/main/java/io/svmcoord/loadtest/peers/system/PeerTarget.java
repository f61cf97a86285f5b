package io.svmcoord.loadtest.peers.system;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where a system's clients go: a port on loopback. Immutable.
 *
 * @param port of the server
 * @param spaceId address space that svm's clients mean; 0 for every other system
 */
public record PeerTarget(int port, long spaceId) {
  /** The same as an address. */
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
