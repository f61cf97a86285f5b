package io.svmcoord.server.kernel;

/**
 * Port: what outlives the coordinator. Called on the coordinator's thread in the middle of a
 * change: must not block, throw, or call the coordinator.
 */
public interface Memory {
  /** Remembers nothing, at once. */
  Memory NONE = (number, change) -> true;

  /**
   * Takes a change. Changes are numbered from 1, without gaps, and have to be kept in that order.
   *
   * @return true if it can't be lost any more; false if {@link Coordinator#remembered} or {@link
   *     Coordinator#notRemembered} will follow, for this number or a higher one
   */
  boolean note(long number, MemoryChange change);
}
