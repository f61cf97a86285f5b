package io.svmcoord.server.kernel;

/** Why a device refuses an invalidation. */
public enum RefusalCause {
  /** It would have to wait; right only for a non-blockable one. */
  WOULD_BLOCK,
  /** Its handler failed: it does not know what it still uses. */
  FAILED
}
