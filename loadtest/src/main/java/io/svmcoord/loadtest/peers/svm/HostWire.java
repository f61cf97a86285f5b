package io.svmcoord.loadtest.peers.svm;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.MethodDescriptor;
import io.svmcoord.loadtest.load.EncodedMessage;
import io.svmcoord.loadtest.load.WireFields;
import io.svmcoord.v1.AddressRange;
import io.svmcoord.v1.BeginInvalidationRequest;
import io.svmcoord.v1.BeginInvalidationResponse;
import io.svmcoord.v1.EndInvalidationRequest;
import io.svmcoord.v1.FanOut;
import io.svmcoord.v1.HostCommand;
import io.svmcoord.v1.HostNotice;
import io.svmcoord.v1.HostSessionRequest;
import io.svmcoord.v1.HostSessionResponse;
import io.svmcoord.v1.InvalidationEvent;
import io.svmcoord.v1.InvalidationServiceGrpc;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads and writes the hot messages of a host stream by hand: begins and ends one way, begun
 * invalidations the other. Everything else goes through the generated classes. Stateless.
 */
final class HostWire {
  /** The host stream, with messages that are bytes both ways. */
  static final MethodDescriptor<EncodedMessage, EncodedMessage> HOST_SESSION =
      InvalidationServiceGrpc.getHostSessionMethod().toBuilder(
              EncodedMessage.marshaller(), EncodedMessage.marshaller())
          .build();

  private static final int NOTICES_TAG =
      WireFields.delimited(HostSessionResponse.NOTICES_FIELD_NUMBER);
  private static final int CORRELATION_ID_TAG =
      WireFields.varint(HostNotice.CORRELATION_ID_FIELD_NUMBER);
  private static final int BEGUN_TAG = WireFields.delimited(HostNotice.BEGUN_FIELD_NUMBER);
  private static final int ENDED_TAG = WireFields.delimited(HostNotice.ENDED_FIELD_NUMBER);
  private static final int HEARTBEAT_TAG = WireFields.delimited(HostNotice.HEARTBEAT_FIELD_NUMBER);
  private static final int ID_TAG = WireFields.delimited(BeginInvalidationResponse.ID_FIELD_NUMBER);
  private static final int FAN_OUT_TAG =
      WireFields.delimited(BeginInvalidationResponse.FAN_OUT_FIELD_NUMBER);
  private static final int SESSIONS_NOTIFIED_TAG =
      WireFields.varint(FanOut.SESSIONS_NOTIFIED_FIELD_NUMBER);
  private static final int NOT_ACKED_TAG = WireFields.delimited(FanOut.NOT_ACKED_FIELD_NUMBER);

  private HostWire() {}

  /** What the coordinator said, as it is read. */
  interface Reader {
    /**
     * An invalidation began.
     *
     * @param id its name, encoded
     * @param acks sessions that were notified and acked
     */
    void onBegun(long correlationId, byte[] id, int acks);

    /** Anything that is no answer to a begin, an end or a heartbeat. */
    void onOther(HostNotice notice);
  }

  /**
   * Reads one message of the coordinator.
   *
   * @throws IOException when it is no such message
   */
  static void read(byte[] bytes, Reader reader) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == NOTICES_TAG) {
        readNotice(bytes, in, reader);
      } else {
        in.skipField(tag);
      }
    }
  }

  private static void readNotice(byte[] bytes, CodedInputStream in, Reader reader)
      throws IOException {
    int length = in.readRawVarint32();
    int start = in.getTotalBytesRead();
    int end = in.pushLimit(length);
    long correlationId = 0;
    boolean isOther = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == CORRELATION_ID_TAG) {
        correlationId = in.readUInt64();
      } else if (tag == BEGUN_TAG) {
        readBegun(in, correlationId, reader);
      } else {
        in.skipField(tag);
        isOther |= tag != ENDED_TAG && tag != HEARTBEAT_TAG;
      }
    }
    in.popLimit(end);
    if (isOther) {
      reader.onOther(HostNotice.parser().parseFrom(bytes, start, length));
    }
  }

  private static void readBegun(CodedInputStream in, long correlationId, Reader reader)
      throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    byte[] id = {};
    int acks = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == ID_TAG) {
        id = in.readByteArray();
      } else if (tag == FAN_OUT_TAG) {
        acks = readAcks(in);
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(end);
    reader.onBegun(correlationId, id, acks);
  }

  private static int readAcks(CodedInputStream in) throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    int acks = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == SESSIONS_NOTIFIED_TAG) {
        acks += in.readUInt32();
      } else {
        in.skipField(tag);
        acks -= tag == NOT_ACKED_TAG ? 1 : 0;
      }
    }
    in.popLimit(end);
    return acks;
  }

  /** Commands that go out in one message. Not thread-safe. */
  static final class Commands {
    /** Longer than an end and a begin, whatever their numbers are. */
    private static final int PAIR_BYTES_MAX = 256;

    private static final int RANGE_BYTES =
        CodedOutputStream.computeFixed64Size(AddressRange.FIRST_FIELD_NUMBER, 0)
            + CodedOutputStream.computeFixed64Size(AddressRange.LAST_FIELD_NUMBER, 0);

    private final byte[] bytes;
    private CodedOutputStream out;

    /** Room for as many begins, each with an end. */
    Commands(int begins) {
      this.bytes = new byte[begins * PAIR_BYTES_MAX];
      this.out = CodedOutputStream.newInstance(bytes);
    }

    void addBegin(long correlationId, long spaceId, long first, long last, int ackDeadlineMillis)
        throws IOException {
      int event = InvalidationEvent.INVALIDATION_EVENT_CLEAR.getNumber();
      int begin =
          CodedOutputStream.computeUInt64Size(
                  BeginInvalidationRequest.SPACE_ID_FIELD_NUMBER, spaceId)
              + WireFields.delimitedBytes(BeginInvalidationRequest.RANGES_FIELD_NUMBER, RANGE_BYTES)
              + CodedOutputStream.computeEnumSize(
                  BeginInvalidationRequest.EVENT_FIELD_NUMBER, event)
              + CodedOutputStream.computeUInt32Size(
                  BeginInvalidationRequest.ACK_DEADLINE_MILLIS_FIELD_NUMBER, ackDeadlineMillis);
      startCommand(correlationId, HostCommand.BEGIN_FIELD_NUMBER, begin);
      out.writeUInt64(BeginInvalidationRequest.SPACE_ID_FIELD_NUMBER, spaceId);
      WireFields.startDelimited(out, BeginInvalidationRequest.RANGES_FIELD_NUMBER, RANGE_BYTES);
      out.writeFixed64(AddressRange.FIRST_FIELD_NUMBER, first);
      out.writeFixed64(AddressRange.LAST_FIELD_NUMBER, last);
      out.writeEnum(BeginInvalidationRequest.EVENT_FIELD_NUMBER, event);
      out.writeUInt32(BeginInvalidationRequest.ACK_DEADLINE_MILLIS_FIELD_NUMBER, ackDeadlineMillis);
    }

    void addEnd(long correlationId, byte[] id) throws IOException {
      int end = WireFields.delimitedBytes(EndInvalidationRequest.ID_FIELD_NUMBER, id.length);
      startCommand(correlationId, HostCommand.END_FIELD_NUMBER, end);
      out.writeByteArray(EndInvalidationRequest.ID_FIELD_NUMBER, id);
    }

    private void startCommand(long correlationId, int field, int bodyBytes) throws IOException {
      int command =
          CodedOutputStream.computeUInt64Size(
                  HostCommand.CORRELATION_ID_FIELD_NUMBER, correlationId)
              + WireFields.delimitedBytes(field, bodyBytes);
      WireFields.startDelimited(out, HostSessionRequest.COMMANDS_FIELD_NUMBER, command);
      out.writeUInt64(HostCommand.CORRELATION_ID_FIELD_NUMBER, correlationId);
      WireFields.startDelimited(out, field, bodyBytes);
    }

    boolean isEmpty() {
      return out.getTotalBytesWritten() == 0;
    }

    /** The commands as a message; none is left. */
    EncodedMessage take() {
      byte[] message = Arrays.copyOf(bytes, out.getTotalBytesWritten());
      out = CodedOutputStream.newInstance(bytes);
      return new EncodedMessage(message);
    }
  }
}
