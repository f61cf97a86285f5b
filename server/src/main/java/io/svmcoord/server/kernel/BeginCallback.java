package io.svmcoord.server.kernel;

import org.jspecify.annotations.Nullable;

/** Port: the answer to a begin; exactly one of its methods is called, once. */
public interface BeginCallback {
  /**
   * No device uses a page of the ranges until the end (G1).
   *
   * @param id the invalidation
   * @param fanOut how it went
   * @param holdKey key of the session made for it ({@link InvalidationHost.Hold}), else null
   */
  void begun(InvalidationId id, FanOutReport fanOut, @Nullable SessionKey holdKey);

  /** There is no such invalidation, or it was undone; whoever was told of it is told its end. */
  void refused(Refusal refusal);
}
