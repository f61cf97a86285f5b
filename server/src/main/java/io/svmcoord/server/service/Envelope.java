package io.svmcoord.server.service;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * One message of a session stream: the elements of its repeated notices, encoded before.
 *
 * <p>Encoded elements of a repeated field may be put together byte by byte and are a message again,
 * so what waits for a stream goes out as one message without being encoded again, and an event for
 * a thousand sessions is encoded once. Streams for which the same waits share one of these. It is a
 * stream without a position: every reader gets all of it. Immutable, shared by streams of all
 * loops.
 */
@SuppressWarnings("InputStreamSlowMultibyteRead") // Drained, never read.
final class Envelope extends InputStream implements KnownLength, Drainable {
  /** Passes envelopes to the transport as they are; the server never reads one. */
  static final MethodDescriptor.Marshaller<Envelope> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(Envelope envelope) {
          return envelope;
        }

        @Override
        public Envelope parse(InputStream stream) {
          throw new UnsupportedOperationException("a server doesn't read its own responses");
        }
      };

  /** A message without notices. */
  static final Envelope EMPTY = new Envelope(new Chunk[0], 0);

  private final Chunk[] chunks;
  private final int sizeBytes;

  /** Takes the array over. */
  Envelope(Chunk[] chunks, int sizeBytes) {
    this.chunks = chunks;
    this.sizeBytes = sizeBytes;
  }

  /**
   * Whether it says what another one does, since it is made of the same notices. Their bytes are
   * not compared: what several streams are told is one object.
   */
  boolean isMadeOf(Envelope other) {
    return this == other || isMadeOf(other.chunks, 0, other.chunks.length);
  }

  /** Whether it is made of exactly these notices. */
  @SuppressWarnings("ReferenceEquality") // A notice for many streams is one object.
  boolean isMadeOf(Chunk[] others, int from, int end) {
    if (chunks.length != end - from) {
      return false;
    }
    // What tells streams apart stands at the end of what waits.
    for (int i = chunks.length - 1; i >= 0; i--) {
      if (chunks[i] != others[from + i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int available() {
    return sizeBytes;
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    for (Chunk chunk : chunks) {
      chunk.writeTo(target);
    }
    return sizeBytes;
  }

  @Override
  public int read() {
    throw new UnsupportedOperationException("drained, never read byte by byte");
  }
}
