package io.svmcoord.loadtest.load;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.MethodDescriptor;
import io.svmcoord.v1.DeviceGatewayRequest;
import io.svmcoord.v1.DeviceGatewayResponse;
import io.svmcoord.v1.DeviceGatewayServiceGrpc;
import io.svmcoord.v1.MemberClosed;
import io.svmcoord.v1.MemberRequest;
import io.svmcoord.v1.MemberResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads and writes the hot messages of a gateway by hand: of an entry its members and what {@link
 * DeviceWire} reads; an ack goes back to the same members, whose numbers are copied. Stateless.
 */
final class GatewayWire {
  /** The gateway, with messages that were encoded already one way and events the other. */
  static final MethodDescriptor<EncodedMessage, GatewayEvents> DEVICE_GATEWAY =
      DeviceGatewayServiceGrpc.getDeviceGatewayMethod().toBuilder(
              EncodedMessage.marshaller(),
              new HandReader<GatewayEvents>("DeviceGatewayResponse", GatewayWire::parse))
          .build();

  private static final int RESPONSES_TAG =
      WireFields.delimited(DeviceGatewayResponse.RESPONSES_FIELD_NUMBER);
  private static final int MEMBERS_TAG = WireFields.delimited(MemberResponse.MEMBERS_FIELD_NUMBER);
  private static final int RESPONSE_TAG =
      WireFields.delimited(MemberResponse.RESPONSE_FIELD_NUMBER);
  private static final int CLOSED_TAG = WireFields.delimited(MemberResponse.CLOSED_FIELD_NUMBER);
  private static final DeviceEvents NOTHING = new DeviceEvents(0, 0, 0, 0, List.of());

  private GatewayWire() {}

  /** Adds an ack of the last invalidation of an entry's events, by each of its members. */
  static void addAck(ByteArrayOutputStream message, GatewayEvents.Entry entry) {
    byte[] ack = DeviceWire.ack(entry.events()).bytes();
    int body =
        WireFields.delimitedBytes(MemberRequest.MEMBERS_FIELD_NUMBER, entry.membersLength())
            + WireFields.delimitedBytes(MemberRequest.REQUEST_FIELD_NUMBER, ack.length);
    CodedOutputStream out =
        CodedOutputStream.newInstance(
            message, WireFields.delimitedBytes(DeviceGatewayRequest.REQUESTS_FIELD_NUMBER, body));
    try {
      WireFields.startDelimited(out, DeviceGatewayRequest.REQUESTS_FIELD_NUMBER, body);
      WireFields.startDelimited(out, MemberRequest.MEMBERS_FIELD_NUMBER, entry.membersLength());
      out.writeRawBytes(entry.members(), entry.membersOffset(), entry.membersLength());
      WireFields.startDelimited(out, MemberRequest.REQUEST_FIELD_NUMBER, ack.length);
      out.writeRawBytes(ack);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads one message of the coordinator.
   *
   * @throws IOException when it is no such message
   */
  static GatewayEvents parse(byte[] bytes) throws IOException {
    List<GatewayEvents.Entry> entries = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == RESPONSES_TAG) {
        int end = in.pushLimit(in.readRawVarint32());
        entries.add(parseEntry(bytes, in));
        in.popLimit(end);
      } else {
        in.skipField(tag);
      }
    }
    return new GatewayEvents(entries);
  }

  private static GatewayEvents.Entry parseEntry(byte[] bytes, CodedInputStream in)
      throws IOException {
    int membersOffset = 0;
    int membersLength = 0;
    DeviceEvents events = NOTHING;
    List<MemberClosed> closed = List.of();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag != MEMBERS_TAG && tag != RESPONSE_TAG && tag != CLOSED_TAG) {
        in.skipField(tag);
        continue;
      }
      int length = in.readRawVarint32();
      int offset = in.getTotalBytesRead();
      if (tag == MEMBERS_TAG) {
        membersOffset = offset;
        membersLength = length;
      } else if (tag == RESPONSE_TAG) {
        events = DeviceWire.parse(bytes, offset, length);
      } else {
        closed = List.of(MemberClosed.parser().parseFrom(bytes, offset, length));
      }
      in.skipRawBytes(length);
    }
    return new GatewayEvents.Entry(bytes, membersOffset, membersLength, events, closed);
  }
}
