package io.svmcoord.server.kernel;

/** Whether a reader has to start over, and why. */
public enum RetryResult {
  /** No: what was read was right at the instant of this answer. */
  VALID,
  /** An invalidation that overlaps began since the token. */
  INVALIDATED,
  /** The token is of another epoch. */
  STALE_EPOCH,
  /** The token is of another incarnation. */
  NEW_INCARNATION,
  /** The space is gone. */
  SPACE_GONE
}
