package io.svmcoord.loadtest.load;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A message that is encoded already: gRPC copies it once, into its frame. Known length and
 * drainable, because gRPC copies other streams through a buffer of 8 KiB that it makes for each.
 * Immutable.
 */
final class EncodedMessage extends InputStream implements KnownLength, Drainable {
  private final byte[] bytes;

  EncodedMessage(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int available() {
    return bytes.length;
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    target.write(bytes, 0, bytes.length);
    return bytes.length;
  }

  @Override
  public int read() {
    throw new UnsupportedOperationException("gRPC drains messages of known length");
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    throw new UnsupportedOperationException("gRPC drains messages of known length");
  }
}
