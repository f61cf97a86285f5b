package io.svmcoord.server.service;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The gateways that are not closed yet, of all loops. Thread-safe. */
final class OpenGateways {
  private final Set<GatewayStream> gateways = ConcurrentHashMap.newKeySet();

  void add(GatewayStream gateway) {
    gateways.add(gateway);
  }

  void remove(GatewayStream gateway) {
    gateways.remove(gateway);
  }

  /** The node is about to stop: gateways end as soon as they have no members. */
  void drain() {
    gateways.forEach(GatewayStream::drain);
  }
}
