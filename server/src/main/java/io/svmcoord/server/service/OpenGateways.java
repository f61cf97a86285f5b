package io.svmcoord.server.service;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The gateways that are not closed yet, of all loops. Thread-safe. */
final class OpenGateways {
  private final Set<GatewayStream> gateways = ConcurrentHashMap.newKeySet();
  private final AtomicLong lastNumber = new AtomicLong();

  /** Adds one; answers its number for people: 1, 2, 3 as they come. */
  long add(GatewayStream gateway) {
    gateways.add(gateway);
    return lastNumber.incrementAndGet();
  }

  void remove(GatewayStream gateway) {
    gateways.remove(gateway);
  }

  /** The node is about to stop: gateways end as soon as they have no members. */
  void drain() {
    gateways.forEach(GatewayStream::drain);
  }
}
