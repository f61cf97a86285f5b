package io.svmcoord.client;

/**
 * What a driver writes before code of its own that waits: inside a non-blockable invalidation it is
 * then reported at once, and not only when it really had to wait. The idea is that of the kernel's
 * {@code might_sleep} in its {@code non_block_start} sections. The SDK's own calls are checked
 * without it.
 */
public final class MightBlock {
  private MightBlock() {}

  /**
   * Declares that what follows may wait.
   *
   * @param what for the message, {@code "wait for the copy engine"} say
   * @throws IllegalStateException if the calling thread is in a table's handler of a non-blockable
   *     invalidation
   */
  public static void declare(String what) {
    MirrorLock.requireBlockable(what);
  }
}
