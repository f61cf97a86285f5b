package io.svmcoord.client;

import java.util.concurrent.CompletableFuture;

/**
 * A {@link DeviceTable} of a device that goes on for a while with what it has started: jobs,
 * copies, queues. It unmaps at once and says when it has stopped, so that invalidations of other
 * ranges and other mirrors go on meanwhile: start all, then wait for all.
 */
public interface TwoPhaseDeviceTable extends DeviceTable {
  @Override
  TearDown startInvalidate(InvalidationNotice notice);

  /**
   * Both phases in one. Not called by the SDK, which waits without the mirror's lock.
   *
   * @throws IllegalStateException if the device would have to wait and must not
   */
  @Override
  default void invalidate(InvalidationNotice notice) {
    switch (startInvalidate(notice)) {
      case TearDown.Done done -> {}
      case TearDown.Pending pending -> {
        CompletableFuture<?> stopped = pending.stopped().toCompletableFuture();
        if (notice.nonBlockable() && !stopped.isDone()) {
          throw new IllegalStateException("TearDown.Pending (expected: complete): non-blockable");
        }
        stopped.join();
      }
      case TearDown.WouldBlock refused ->
          throw new IllegalStateException("TearDown.WouldBlock (expected: a teardown)");
    }
  }
}
