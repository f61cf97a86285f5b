package io.svmcoord.server.service;

/** Connections of clients, for meters. Thread-safe. */
public interface ConnectionCounts {
  /** Connections that are open, of all listeners. */
  int open();

  /** Connections so far that were closed because there were too many. */
  long refused();

  /** Connections so far that were closed because their address had too many. */
  long refusedOfAddress();
}
