package io.svmcoord.server.kernel;

/** Where a session stands. Only {@link #ACTIVE} ones are renewed, others when they resume. */
public enum SessionState {
  /** Connected, lease running. */
  ACTIVE,
  /** Its stream broke; its lease is waited for. A device's session may resume. */
  SUSPECT,
  /** Put out; its lease is waited for. Stays so when the lease is over. */
  EVICTED,
  /** Its lease is certainly over. */
  EXPIRED,
  /** It left. */
  DETACHED
}
