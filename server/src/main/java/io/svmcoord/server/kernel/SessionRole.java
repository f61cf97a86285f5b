package io.svmcoord.server.kernel;

/** What a session is to the coordinator. */
public enum SessionRole {
  /** Mirrors pages, subscribes and acks. */
  DEVICE,
  /** Begins and ends invalidations. */
  HOST
}
