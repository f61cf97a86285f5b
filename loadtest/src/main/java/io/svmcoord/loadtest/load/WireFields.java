package io.svmcoord.loadtest.load;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/** What protobuf's wire format has for who reads and writes messages by hand. Stateless. */
public final class WireFields {
  private WireFields() {}

  /** The tag of a field that is a number. */
  public static int varint(int field) {
    return field << 3 | WireFormat.WIRETYPE_VARINT;
  }

  /** The tag of a field that is a message, bytes or packed numbers: its length comes first. */
  public static int delimited(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  /** Begins such a field; its {@code length} bytes are for the caller to write. */
  public static void startDelimited(CodedOutputStream out, int field, int length)
      throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(length);
  }

  /** Bytes of such a field with its tag and its length. */
  public static int delimitedBytes(int field, int length) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(length)
        + length;
  }
}
