package io.svmcoord.loadtest.sim.net;

import java.net.SocketAddress;

/** Where a client calls from, as the server sees it. Immutable. */
@SuppressWarnings("serial") // Nobody serializes it.
final class SimAddress extends SocketAddress {
  private final String text;

  SimAddress(String process, int port) {
    text = process + ":" + port;
  }

  @Override
  public String toString() {
    return text;
  }
}
