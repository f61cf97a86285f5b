package io.svmcoord.client;

/** Where a session of this client stands, as seen from this side. Immutable. */
public enum SessionState {
  /** Opening for the first time. */
  CONNECTING,
  /** Connected, lease running. */
  ACTIVE,
  /** As {@link #ACTIVE}, and the coordinator is about to stop. */
  DRAINING,
  /**
   * The stream is lost or does not answer, the lease still runs: what is mirrored may be used until
   * it is over. A device's session is being resumed.
   */
  DEGRADED,
  /** The lease is over or was given up: everything was dropped. The session is being reopened. */
  FENCED,
  /** Closed for good. */
  CLOSED
}
