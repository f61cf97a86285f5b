package io.svmcoord.server.service;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * One message of a gateway: its entries, encoded before. What several members are told is in it
 * once, and the bytes are those of the members' own {@link Envelope}. Immutable.
 */
@SuppressWarnings("InputStreamSlowMultibyteRead") // Drained, never read.
final class GatewayEnvelope extends InputStream implements KnownLength, Drainable {
  /** Passes envelopes to the transport as they are; the server never reads one. */
  static final MethodDescriptor.Marshaller<GatewayEnvelope> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(GatewayEnvelope envelope) {
          return envelope;
        }

        @Override
        public GatewayEnvelope parse(InputStream stream) {
          throw new UnsupportedOperationException("a server doesn't read its own responses");
        }
      };

  private final GatewayEntry[] entries;
  private final int sizeBytes;

  /** Takes the array and its entries over. */
  GatewayEnvelope(GatewayEntry[] entries) {
    this.entries = entries;
    int size = 0;
    for (GatewayEntry entry : entries) {
      size += entry.sizeBytes();
    }
    this.sizeBytes = size;
  }

  @Override
  public int available() {
    return sizeBytes;
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    for (GatewayEntry entry : entries) {
      entry.writeTo(target);
    }
    return sizeBytes;
  }

  @Override
  public int read() {
    throw new UnsupportedOperationException("drained, never read byte by byte");
  }
}
