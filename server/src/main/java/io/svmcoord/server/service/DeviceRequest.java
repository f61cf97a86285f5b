package io.svmcoord.server.service;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.svmcoord.v1.Ack;
import io.svmcoord.v1.DeviceSessionRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * One message of a device: its acks as plain numbers, and what else it holds.
 *
 * <p>Most messages of a fan-out are one ack of a few bytes. Such a message, nothing but acks, is
 * read here by hand into one array; a generated message, its builder, its list and the same again
 * for each ack would be a third of what the coordinator allocates for it. Whatever is not plainly
 * that, unknown fields among it, goes through the generated class: the contract is decided there.
 *
 * <p>Who watches the calls of a server gets it encoded, as its answers. Immutable.
 */
final class DeviceRequest implements Drainable {
  /** Reads messages from the transport; the server never writes one. */
  static final MethodDescriptor.Marshaller<DeviceRequest> MARSHALLER =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(DeviceRequest request) {
          throw new UnsupportedOperationException("a server doesn't send requests");
        }

        @Override
        public DeviceRequest parse(InputStream stream) {
          try {
            return DeviceRequest.parse(bytes(stream));
          } catch (InvalidProtocolBufferException e) {
            throw Status.INTERNAL
                .withDescription("Invalid protobuf byte sequence")
                .withCause(e)
                .asRuntimeException();
          } catch (IOException e) {
            // The message is in memory.
            throw new UncheckedIOException(e);
          }
        }
      };

  /** What an ack takes in the array: space, epoch, sequence, and whether it is all up to it. */
  private static final int ACK_WORDS = 4;

  private final long[] acks;
  private final DeviceSessionRequest rest;

  private DeviceRequest(long[] acks, DeviceSessionRequest rest) {
    this.acks = acks;
    this.rest = rest;
  }

  private static byte[] bytes(InputStream stream) throws IOException {
    if (!(stream instanceof KnownLength)) {
      return stream.readAllBytes();
    }
    byte[] bytes = new byte[stream.available()];
    int count = stream.readNBytes(bytes, 0, bytes.length);
    if (count != bytes.length) {
      throw new IOException("length: " + count + " bytes (expected: " + bytes.length + ")");
    }
    return bytes;
  }

  /** Decodes a message. */
  static DeviceRequest parse(byte[] bytes) throws InvalidProtocolBufferException {
    long[] acks = AckReader.read(bytes);
    return acks == null
        ? of(DeviceSessionRequest.parseFrom(bytes))
        : new DeviceRequest(acks, DeviceSessionRequest.getDefaultInstance());
  }

  /** A message that was decoded already. */
  static DeviceRequest of(DeviceSessionRequest message) {
    long[] acks = new long[message.getAcksCount() * ACK_WORDS];
    for (int i = 0; i < message.getAcksCount(); i++) {
      Ack ack = message.getAcks(i);
      int at = i * ACK_WORDS;
      acks[at] = ack.getSpaceId();
      acks[at + 1] = ack.getEpoch();
      acks[at + 2] = ack.getSequence();
      acks[at + 3] = ack.getAllUpTo() ? 1 : 0;
    }
    return new DeviceRequest(acks, message);
  }

  int ackCount() {
    return acks.length / ACK_WORDS;
  }

  long ackSpaceId(int index) {
    return acks[index * ACK_WORDS];
  }

  long ackEpoch(int index) {
    return acks[index * ACK_WORDS + 1];
  }

  long ackSequence(int index) {
    return acks[index * ACK_WORDS + 2];
  }

  boolean isAckAllUpTo(int index) {
    return acks[index * ACK_WORDS + 3] != 0;
  }

  /** The message for everything but its acks; of a message of acks alone an empty one. */
  DeviceSessionRequest rest() {
    return rest;
  }

  /** Writes the whole message as it came, but for the order of its fields. */
  @Override
  public int drainTo(OutputStream target) throws IOException {
    DeviceSessionRequest message = message();
    message.writeTo(target);
    return message.getSerializedSize();
  }

  @Override
  public String toString() {
    return message().toString();
  }

  private DeviceSessionRequest message() {
    if (rest.getAcksCount() == ackCount()) {
      return rest;
    }
    DeviceSessionRequest.Builder message = rest.toBuilder();
    for (int i = 0; i < ackCount(); i++) {
      message.addAcks(
          Ack.newBuilder()
              .setSpaceId(ackSpaceId(i))
              .setEpoch(ackEpoch(i))
              .setSequence(ackSequence(i))
              .setAllUpTo(isAckAllUpTo(i)));
    }
    return message.build();
  }

  /** Reads messages that hold nothing but acks. */
  private static final class AckReader {
    private static final int ACKS_TAG = DeviceSessionRequest.ACKS_FIELD_NUMBER << 3 | 2;
    private static final int VARINT_BYTES_MAX = 10;

    private final byte[] bytes;
    private int at;
    private boolean isOdd;

    private AckReader(byte[] bytes) {
      this.bytes = bytes;
    }

    /** The acks; null if the message is anything else, or not well formed. */
    static long @Nullable [] read(byte[] bytes) {
      int count = count(bytes);
      if (count <= 0) {
        return null;
      }
      long[] acks = new long[count * ACK_WORDS];
      AckReader reader = new AckReader(bytes);
      for (int i = 0; i < count; i++) {
        reader.ack(acks, i * ACK_WORDS);
      }
      return reader.isOdd ? null : acks;
    }

    /** Number of acks; -1 if there is anything else, or an ack of 128 bytes or more. */
    private static int count(byte[] bytes) {
      int count = 0;
      int at = 0;
      while (at < bytes.length) {
        if (bytes[at] != ACKS_TAG || at + 1 == bytes.length || bytes[at + 1] < 0) {
          return -1;
        }
        at += 2 + bytes[at + 1];
        count++;
      }
      return at == bytes.length ? count : -1;
    }

    private void ack(long[] acks, int index) {
      int end = at + 2 + bytes[at + 1];
      at += 2;
      while (at < end && !isOdd) {
        int tag = bytes[at++];
        switch (tag) {
          case Ack.SPACE_ID_FIELD_NUMBER << 3 -> acks[index] = varint(end);
          case Ack.EPOCH_FIELD_NUMBER << 3 -> acks[index + 1] = varint(end);
          case Ack.SEQUENCE_FIELD_NUMBER << 3 -> acks[index + 2] = varint(end);
          case Ack.ALL_UP_TO_FIELD_NUMBER << 3 -> acks[index + 3] = varint(end);
          default -> isOdd = true;
        }
      }
    }

    private long varint(int end) {
      long value = 0;
      for (int i = 0; i < VARINT_BYTES_MAX && at < end; i++) {
        byte next = bytes[at++];
        value |= (next & 0x7FL) << (7 * i);
        if (next >= 0) {
          return value;
        }
      }
      isOdd = true;
      return 0;
    }
  }
}
