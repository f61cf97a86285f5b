package io.svmcoord.client;

/** What a fault wants to do with the pages. Immutable. */
public enum Access {
  /** Read the pages. */
  READ,
  /** Read and write the pages. */
  WRITE,
  /** Change nothing: list what is present, leave out what is not. */
  SNAPSHOT
}
