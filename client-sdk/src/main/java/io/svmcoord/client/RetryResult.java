package io.svmcoord.client;

/** What read_retry says of a page list: that it is right, or why to start over. Immutable. */
public enum RetryResult {
  /** No retry: the pages were right at the instant of this answer. */
  VALID,
  /** An invalidation that overlaps began since the token. */
  INVALIDATED,
  /** The token is of another epoch of the address space. Only for mappers. */
  STALE_EPOCH,
  /** The token is of another incarnation of the coordinator. Only for mappers. */
  NEW_INCARNATION,
  /** The address space is gone. */
  SPACE_GONE,
  /** The session was lost since the token: everything was dropped. Only for mirrors. */
  FENCED;

  /** Whether to start over with read_begin. */
  public boolean isRetry() {
    return this != VALID;
  }
}
