package io.svmcoord.loadtest.load;

import io.grpc.Status;
import java.util.concurrent.CompletableFuture;

/** One device of a fan-out run, on whatever stream. Thread-safe. */
interface FanoutDevice {
  /** Opens the session under this name, and subscribes. */
  void start(String name);

  /** Completes when the coordinator sends it events; fails when it refuses. */
  CompletableFuture<Void> subscribed();

  /** Completes when the stream is over, whoever ended it. */
  CompletableFuture<Status> closed();

  /** Invalidations that it acked. Exact once the stream is over. */
  long events();

  /** Invalidations that it acked until now. Not on an event loop; blocks. */
  long eventsNow();

  /** Leaves; {@link #closed} tells when that is done. */
  void detach();
}
