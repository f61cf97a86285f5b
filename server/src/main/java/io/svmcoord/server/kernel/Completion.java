package io.svmcoord.server.kernel;

/** Who waits for a begin to be through. */
sealed interface Completion {
  /** A host. */
  record ToHost(BeginCallback callback) implements Completion {}

  /** Nobody: the coordinator's own, which no session was told of. */
  enum Own implements Completion {
    /** The one there is. */
    INSTANCE
  }

  /** The release of the space itself. */
  enum Release implements Completion {
    /** The one there is. */
    INSTANCE
  }
}
