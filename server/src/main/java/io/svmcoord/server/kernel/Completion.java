package io.svmcoord.server.kernel;

/** Who waits for a begin to be through. */
sealed interface Completion {
  /** A host. */
  record ToHost(BeginCallback callback) implements Completion {}

  /** The release of the space itself. */
  enum Release implements Completion {
    /** The one there is. */
    INSTANCE
  }
}
