package io.svmcoord.loadtest.load;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.DeviceNotice;
import io.svmcoord.v1.DeviceServiceGrpc;
import io.svmcoord.v1.DeviceSessionRequest;
import io.svmcoord.v1.DeviceSessionResponse;
import io.svmcoord.v1.Invalidate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads and writes the two hot messages of a device stream by hand: of an invalidation only its
 * three numbers are looked at, and an ack is a few bytes. Everything else goes through the
 * generated classes. Stateless.
 */
final class DeviceWire {
  /** The device stream, with messages that were encoded already one way and events the other. */
  static final MethodDescriptor<EncodedMessage, DeviceEvents> DEVICE_SESSION =
      DeviceServiceGrpc.getDeviceSessionMethod().toBuilder(
              EncodedMessage.marshaller(),
              new HandReader<DeviceEvents>("DeviceSessionResponse", DeviceWire::parse))
          .build();

  private static final int NOTICES_TAG =
      WireFields.delimited(DeviceSessionResponse.NOTICES_FIELD_NUMBER);
  private static final int INVALIDATE_TAG =
      WireFields.delimited(DeviceNotice.INVALIDATE_FIELD_NUMBER);
  private static final int ENDED_TAG = WireFields.delimited(DeviceNotice.ENDED_FIELD_NUMBER);
  private static final int SPACE_ID_TAG = WireFields.varint(Invalidate.SPACE_ID_FIELD_NUMBER);
  private static final int EPOCH_TAG = WireFields.varint(Invalidate.EPOCH_FIELD_NUMBER);
  private static final int SEQUENCE_TAG = WireFields.varint(Invalidate.SEQUENCE_FIELD_NUMBER);

  private DeviceWire() {}

  /** A message that acks the last invalidation of the events, and with it those before. */
  static EncodedMessage ack(DeviceEvents events) {
    boolean isAllUpTo = events.invalidations() > 1;
    int size =
        CodedOutputStream.computeUInt64Size(Ack.SPACE_ID_FIELD_NUMBER, events.spaceId())
            + CodedOutputStream.computeUInt64Size(Ack.EPOCH_FIELD_NUMBER, events.epoch())
            + CodedOutputStream.computeUInt64Size(Ack.SEQUENCE_FIELD_NUMBER, events.sequence())
            + (isAllUpTo ? CodedOutputStream.computeBoolSize(Ack.ALL_UP_TO_FIELD_NUMBER, true) : 0);
    byte[] bytes =
        new byte[WireFields.delimitedBytes(DeviceSessionRequest.ACKS_FIELD_NUMBER, size)];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      WireFields.startDelimited(out, DeviceSessionRequest.ACKS_FIELD_NUMBER, size);
      out.writeUInt64(Ack.SPACE_ID_FIELD_NUMBER, events.spaceId());
      out.writeUInt64(Ack.EPOCH_FIELD_NUMBER, events.epoch());
      out.writeUInt64(Ack.SEQUENCE_FIELD_NUMBER, events.sequence());
      if (isAllUpTo) {
        out.writeBool(Ack.ALL_UP_TO_FIELD_NUMBER, true);
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new EncodedMessage(bytes);
  }

  /**
   * Reads one message of the coordinator.
   *
   * @throws InvalidProtocolBufferException when it is no such message
   */
  static DeviceEvents parse(byte[] bytes) throws IOException {
    return parse(bytes, 0, bytes.length);
  }

  /**
   * Reads one message of the coordinator, which is a part of these bytes.
   *
   * @throws InvalidProtocolBufferException when it is no such message
   */
  static DeviceEvents parse(byte[] bytes, int offset, int length) throws IOException {
    return new Reader(bytes, offset, length).read();
  }

  /** Walks over one message. Confined to one thread. */
  private static final class Reader {
    private final byte[] bytes;
    private final int offset;
    private final CodedInputStream in;
    private int invalidations;
    private long spaceId;
    private long epoch;
    private long sequence;
    private List<DeviceNotice> others = List.of();

    Reader(byte[] bytes, int offset, int length) {
      this.bytes = bytes;
      this.offset = offset;
      this.in = CodedInputStream.newInstance(bytes, offset, length);
    }

    DeviceEvents read() throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == NOTICES_TAG) {
          readNotice();
        } else {
          in.skipField(tag);
        }
      }
      return new DeviceEvents(invalidations, spaceId, epoch, sequence, others);
    }

    private void readNotice() throws IOException {
      int length = in.readRawVarint32();
      int start = offset + in.getTotalBytesRead();
      boolean isOther = false;
      int end = in.pushLimit(length);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == INVALIDATE_TAG) {
          readInvalidate();
        } else {
          in.skipField(tag);
          isOther |= tag != ENDED_TAG;
        }
      }
      in.popLimit(end);
      if (isOther) {
        others = others.isEmpty() ? new ArrayList<>() : others;
        others.add(DeviceNotice.parser().parseFrom(bytes, start, length));
      }
    }

    private void readInvalidate() throws IOException {
      int end = in.pushLimit(in.readRawVarint32());
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == SPACE_ID_TAG) {
          spaceId = in.readUInt64();
        } else if (tag == EPOCH_TAG) {
          epoch = in.readUInt64();
        } else if (tag == SEQUENCE_TAG) {
          sequence = in.readUInt64();
        } else {
          in.skipField(tag);
        }
      }
      in.popLimit(end);
      invalidations++;
    }
  }
}
