package io.svmcoord.server.service;

import io.grpc.Metadata;
import io.grpc.Status;

/** What can be put into a stream's outbox. */
sealed interface Outgoing permits Chunk, Outgoing.Close {
  /** How a stream ends. Immutable, as the trailers are not touched again. */
  record Close(Status status, Metadata trailers) implements Outgoing {}
}
