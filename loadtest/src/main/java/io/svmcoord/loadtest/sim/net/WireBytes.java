package io.svmcoord.loadtest.sim.net;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Messages as bytes, as marshallers write and read them. */
final class WireBytes {
  private WireBytes() {}

  /** Reads what a marshaller made, to its end. */
  static byte[] of(InputStream message) {
    try (message) {
      if (message instanceof Drainable drainable) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.available());
        var _ = drainable.drainTo(bytes);
        return bytes.toByteArray();
      }
      return message.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Of an array: can't be.
    }
  }

  /** What a marshaller reads a message from. */
  static InputStream stream(byte[] bytes) {
    return new Received(bytes);
  }

  /** Says its length, by which marshallers read it in one go. */
  private static final class Received extends ByteArrayInputStream implements KnownLength {
    Received(byte[] bytes) {
      super(bytes);
    }
  }
}
