package io.svmcoord.client;

import java.util.concurrent.CompletableFuture;

/** How a device answers an invalidation, also when it is told of it again. Immutable. */
sealed interface EventAnswer {
  /**
   * With an ack, as soon as it has stopped using the pages.
   *
   * @param stopped completes then, or fails if nobody can say
   */
  record Stopped(CompletableFuture<Void> stopped) implements EventAnswer {}

  /** With a refusal: it would have to wait for what is non-blockable. */
  record WouldBlock() implements EventAnswer {}
}
