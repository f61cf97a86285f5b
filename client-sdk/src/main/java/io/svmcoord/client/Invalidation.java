package io.svmcoord.client;

import java.util.concurrent.CompletableFuture;

/**
 * A begun invalidation: until its end no device uses a page of its ranges, and the host may change
 * their mapping while {@link #isHeld()}. Thread-safe.
 */
public interface Invalidation extends AutoCloseable {
  /** Its name. */
  InvalidationId id();

  /** How its fan-out went. */
  FanOut fanOut();

  /**
   * Whether the host may still change the mapping: not ended, and the lease of its host session is
   * running by this machine's own clock. Once false it stays false; what was changed after that may
   * be seen stale, so begin again over the same ranges. Doesn't block.
   */
  boolean isHeld();

  /**
   * Ends it: the change of the mapping is complete. Blocks for one round trip. Repeating it is
   * harmless and returns the first answer. Works also after the session was lost.
   *
   * @throws SvmException if the coordinator does not answer; the end may be repeated
   */
  EndResult end();

  /**
   * As {@link #end()}, without blocking. Dependent stages run on the client's callback executor.
   */
  CompletableFuture<EndResult> endAsync();

  /** As {@link #end()}. */
  @Override
  void close();
}
