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
 * a thousand sessions is encoded once. It is a stream without a position: every reader gets all of
 * it. Immutable, shared by streams of all loops.
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
  @SuppressWarnings("ReferenceEquality") // See above.
  boolean isMadeOf(Envelope other) {
    if (this == other) {
      return true;
    }
    if (sizeBytes != other.sizeBytes || chunks.length != other.chunks.length) {
      return false;
    }
    for (int i = 0; i < chunks.length; i++) {
      if (chunks[i] != other.chunks[i]) {
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
