package io.svmcoord.server.service;

/** Gateways, for meters. Thread-safe; each may be a moment old. */
public interface GatewayCounts {
  /** Gateways that are open, of all loops. */
  int open();

  /** Their members that are not over. */
  long members();
}
