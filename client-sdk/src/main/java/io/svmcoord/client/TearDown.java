package io.svmcoord.client;

import java.util.concurrent.CompletionStage;

/**
 * How far a device is when {@link DeviceTable#startInvalidate} returns. The ack follows from it.
 * Immutable. The idea is that of the kernel's two-pass {@code invalidate_start} and {@code
 * invalidate_finish}: k devices cost the longest of their waits and not the sum.
 */
public sealed interface TearDown {
  /** The device has certainly stopped using the pages: the ack is sent at once. */
  record Done() implements TearDown {}

  /**
   * The pages are unmapped, and the device stops by itself: the ack is sent when the stage
   * completes, an exception is a failed handler. Nobody waits under the mirror's lock, so the stage
   * may be completed by any thread; it must not depend on the pages that are being invalidated.
   *
   * <p>As the answer to a non-blockable invalidation it is a refusal, unless it is complete. What
   * was unmapped then stays so, which costs the readers a fault and nothing else.
   *
   * @param stopped completes when the device has certainly stopped using what this call unmapped;
   *     the SDK itself waits for earlier calls over the same addresses
   */
  record Pending(CompletionStage<?> stopped) implements TearDown {}

  /**
   * The device would have to wait, and has done nothing: a refusal. Allowed for a non-blockable
   * invalidation only, otherwise it is a failed handler.
   */
  record WouldBlock() implements TearDown {}

  /** It has stopped. */
  static TearDown done() {
    return new Done();
  }

  /** It has stopped when the stage completes. */
  static TearDown when(CompletionStage<?> stopped) {
    return new Pending(stopped);
  }

  /** It would have to wait. */
  static TearDown wouldBlock() {
    return new WouldBlock();
  }
}
