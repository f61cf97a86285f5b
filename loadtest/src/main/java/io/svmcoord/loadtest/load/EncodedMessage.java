package io.svmcoord.loadtest.load;

import com.google.protobuf.MessageLite;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A message that is encoded already: gRPC copies it once, into its frame. Known length and
 * drainable, because gRPC copies other streams through a buffer of 8 KiB that it makes for each.
 * Immutable.
 */
public final class EncodedMessage extends InputStream implements KnownLength, Drainable {
  private final byte[] bytes;

  /** A message of these bytes, which nobody may change any more. */
  public EncodedMessage(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The message in its encoding. */
  public static EncodedMessage of(MessageLite message) {
    return new EncodedMessage(message.toByteArray());
  }

  /** Leaves messages as the bytes that they are. */
  public static Marshaller<EncodedMessage> marshaller() {
    return BytesMarshaller.INSTANCE;
  }

  /**
   * All of a message that gRPC has received. It knows how long it is; a stream that is asked for
   * everything makes 16 KiB of room first, for a few bytes.
   */
  static byte[] readAll(InputStream received) throws IOException {
    return received.readNBytes(received.available());
  }

  /** What it is made of; not to be changed. */
  public byte[] bytes() {
    return bytes;
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

  private enum BytesMarshaller implements Marshaller<EncodedMessage> {
    INSTANCE;

    @Override
    public InputStream stream(EncodedMessage value) {
      return value;
    }

    @Override
    public EncodedMessage parse(InputStream stream) {
      try {
        return new EncodedMessage(readAll(stream));
      } catch (IOException e) {
        throw Status.INTERNAL.withCause(e).asRuntimeException();
      }
    }
  }
}
