package io.svmcoord.server.service;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.MemberClosed;
import io.svmcoord.v1.MemberResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One element of a gateway's message: what one or several members are told, which is encoded
 * already, behind a head that names them. Confined to the gateway's loop until it is sent; not
 * changed any more then.
 */
final class GatewayEntry {
  private final @Nullable Envelope response;
  private final byte[] closed;
  private int[] members = new int[1];
  private int count;
  private int memberBytes;

  private GatewayEntry(@Nullable Envelope response, byte[] closed) {
    this.response = response;
    this.closed = closed;
  }

  /** A message of members' streams. */
  static GatewayEntry response(Envelope response) {
    return new GatewayEntry(response, new byte[0]);
  }

  /** The end of members' streams. */
  static GatewayEntry closed(MemberClosed closed) {
    return new GatewayEntry(null, closed.toByteArray());
  }

  /** Whether this tells what an envelope does. */
  boolean tells(Envelope envelope) {
    Envelope own = response;
    return own != null && own.isMadeOf(envelope);
  }

  /** Tells it one more member, which it doesn't tell yet. */
  void add(int member) {
    if (count == members.length) {
      members = Arrays.copyOf(members, 2 * count);
    }
    members[count++] = member;
    memberBytes += CodedOutputStream.computeUInt32SizeNoTag(member);
  }

  /** Bytes in the message, all in all. */
  int sizeBytes() {
    int body = bodyBytes();
    return CodedOutputStream.computeTagSize(DeviceGatewayResponse.RESPONSES_FIELD_NUMBER)
        + CodedOutputStream.computeUInt32SizeNoTag(body)
        + body;
  }

  private int bodyBytes() {
    return delimitedBytes(MemberResponse.MEMBERS_FIELD_NUMBER, memberBytes)
        + delimitedBytes(contentField(), contentBytes());
  }

  private static int delimitedBytes(int field, int length) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(length)
        + length;
  }

  private int contentField() {
    return response == null
        ? MemberResponse.CLOSED_FIELD_NUMBER
        : MemberResponse.RESPONSE_FIELD_NUMBER;
  }

  private int contentBytes() {
    return response == null ? closed.length : response.available();
  }

  void writeTo(OutputStream target) throws IOException {
    byte[] head = head();
    target.write(head, 0, head.length);
    if (response == null) {
      target.write(closed, 0, closed.length);
    } else {
      response.drainTo(target);
    }
  }

  private byte[] head() {
    byte[] head = new byte[sizeBytes() - contentBytes()];
    CodedOutputStream out = CodedOutputStream.newInstance(head);
    try {
      startDelimited(out, DeviceGatewayResponse.RESPONSES_FIELD_NUMBER, bodyBytes());
      startDelimited(out, MemberResponse.MEMBERS_FIELD_NUMBER, memberBytes);
      for (int i = 0; i < count; i++) {
        out.writeUInt32NoTag(members[i]);
      }
      startDelimited(out, contentField(), contentBytes());
    } catch (IOException e) {
      // The array has exactly the size that was computed.
      throw new UncheckedIOException(e);
    }
    out.checkNoSpaceLeft();
    return head;
  }

  private static void startDelimited(CodedOutputStream out, int field, int length)
      throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(length);
  }
}
