package io.svmcoord.server.service;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * One notice as the encoded element of the repeated field {@code notices}: tag, length, body.
 * Immutable.
 */
final class Chunk implements Outgoing {
  /** Number of the field notices in DeviceSessionResponse and in HostSessionResponse. */
  static final int NOTICES_FIELD = 1;

  private final byte[] bytes;
  private final @Nullable Change change;
  private final Envelope alone;

  private Chunk(byte[] bytes, @Nullable Change change) {
    this.bytes = bytes;
    this.change = change;
    this.alone = new Envelope(new Chunk[] {this}, bytes.length);
  }

  /** Encodes a notice that has to be delivered as it is. */
  static Chunk of(MessageLite notice) {
    return of(notice, null);
  }

  /** Encodes an event: where it can't be delivered, what it changes is enough. */
  static Chunk event(MessageLite notice, Change change) {
    return of(notice, change);
  }

  private static Chunk of(MessageLite notice, @Nullable Change change) {
    int size = notice.getSerializedSize();
    byte[] bytes =
        new byte
            [CodedOutputStream.computeTagSize(NOTICES_FIELD)
                + CodedOutputStream.computeUInt32SizeNoTag(size)
                + size];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeTag(NOTICES_FIELD, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(size);
      notice.writeTo(out);
    } catch (IOException e) {
      // The array has exactly the size that was computed.
      throw new UncheckedIOException(e);
    }
    out.checkNoSpaceLeft();
    return new Chunk(bytes, change);
  }

  /** What has to be kept of it if it can't be delivered; null if it has to be. */
  @Nullable Change change() {
    return change;
  }

  int sizeBytes() {
    return bytes.length;
  }

  /** The message that holds this notice and nothing else. */
  Envelope alone() {
    return alone;
  }

  void writeTo(OutputStream target) throws IOException {
    target.write(bytes, 0, bytes.length);
  }
}
