package io.svmcoord.server.service;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The gateways that are not closed yet, of all loops. Thread-safe. */
final class OpenGateways implements GatewayCounts {
  private final Set<GatewayStream> gateways = ConcurrentHashMap.newKeySet();
  private final AtomicLong lastNumber = new AtomicLong();
  private final AtomicLong members = new AtomicLong();

  /** Adds one; answers its number for people: 1, 2, 3 as they come. */
  long add(GatewayStream gateway) {
    gateways.add(gateway);
    return lastNumber.incrementAndGet();
  }

  void remove(GatewayStream gateway) {
    gateways.remove(gateway);
  }

  /** Counts a member that started. */
  void memberStarted() {
    members.incrementAndGet();
  }

  /** Counts members that are over. */
  void membersOver(int count) {
    members.addAndGet(-count);
  }

  @Override
  public int open() {
    return gateways.size();
  }

  @Override
  public long members() {
    return members.get();
  }

  /** The node is about to stop: gateways end as soon as they have no members. */
  void drain() {
    gateways.forEach(GatewayStream::drain);
  }
}
