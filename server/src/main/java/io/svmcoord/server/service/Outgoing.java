package io.svmcoord.server.service;

import io.grpc.Metadata;
import io.grpc.Status;
import io.svmcoord.server.kernel.SpaceBaseline;
import java.util.List;

/** What can be put into a stream's outbox. */
sealed interface Outgoing permits Chunk, Outgoing.CatchUp, Outgoing.Close {
  /**
   * Where spaces stand that a stream was behind in: what comes after it is not in it any more.
   * Immutable, as the array is not touched again.
   *
   * @param asked the spaces that were asked for
   * @param baselines where they stand; without those in which the session has no part any more
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record CatchUp(long[] asked, List<SpaceBaseline> baselines) implements Outgoing {}

  /**
   * How a stream ends. Immutable, as the trailers are not touched again.
   *
   * @param dropsWaiting whether what waits is not told any more
   */
  record Close(Status status, Metadata trailers, boolean dropsWaiting) implements Outgoing {
    /** An end after what waits. */
    Close(Status status, Metadata trailers) {
      this(status, trailers, false);
    }

    /** The same end, and what waits is not told any more. */
    Close droppingWaiting() {
      return new Close(status, trailers, true);
    }
  }
}
