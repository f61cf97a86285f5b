package io.svmcoord.loadtest.memory;

/** What a fault in a {@link PageTable} wants. */
public enum FaultAccess {
  /** Read; absent pages are made present. */
  READ,
  /** Read and write; absent pages are made present. */
  WRITE,
  /** List what is present and change nothing. */
  SNAPSHOT
}
