package io.svmcoord.loadtest.peers.broker;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.svmcoord.loadtest.load.EncodedMessage;
import io.svmcoord.loadtest.peers.system.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * The two methods of etcd that an acked fan-out needs, and what of their messages it needs, by
 * hand. Stateless.
 *
 * @see <a href="https://github.com/etcd-io/etcd/blob/main/api/etcdserverpb/rpc.proto">rpc.proto</a>
 */
final class EtcdWire {
  /** Sets a key. */
  static final MethodDescriptor<EncodedMessage, EncodedMessage> PUT =
      method("etcdserverpb.KV", "Put", MethodType.UNARY);

  /** Watches keys. */
  static final MethodDescriptor<EncodedMessage, EncodedMessage> WATCH =
      method("etcdserverpb.Watch", "Watch", MethodType.BIDI_STREAMING);

  private static final int PUT_KEY = 1;
  private static final int PUT_VALUE = 2;
  private static final int WATCH_CREATE = 1;
  private static final int CREATE_KEY = 1;
  private static final int CREATE_RANGE_END = 2;
  private static final int CREATED_TAG = 3 << 3 | WireFormat.WIRETYPE_VARINT;
  private static final int CANCELED_TAG = 4 << 3 | WireFormat.WIRETYPE_VARINT;
  private static final int EVENTS_TAG = 11 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int EVENT_KV_TAG = 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int KV_VALUE_TAG = 5 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  private EtcdWire() {}

  private static MethodDescriptor<EncodedMessage, EncodedMessage> method(
      String service, String name, MethodType type) {
    return MethodDescriptor.newBuilder(EncodedMessage.marshaller(), EncodedMessage.marshaller())
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
        .build();
  }

  /** What a watch was told. */
  interface Watcher {
    /** From now on it is told of each change. */
    void created();

    /** A value was set that begins with this number. */
    void changed(long id);

    /** It is told of nothing any more. */
    void canceled();
  }

  /**
   * Sets a key.
   *
   * @param id number that the value begins with
   * @param bytes length of the value
   */
  static EncodedMessage put(String key, long id, int bytes) {
    return encode(
        out -> {
          out.writeString(PUT_KEY, key);
          out.writeByteArray(PUT_VALUE, ByteBuffer.allocate(bytes).putLong(0, id).array());
        });
  }

  /** Watches the keys from {@code first} on, below {@code end}. */
  static EncodedMessage watch(String first, String end) {
    byte[] create =
        encode(
                out -> {
                  out.writeByteArray(CREATE_KEY, first.getBytes(StandardCharsets.US_ASCII));
                  out.writeByteArray(CREATE_RANGE_END, end.getBytes(StandardCharsets.US_ASCII));
                })
            .bytes();
    return encode(out -> out.writeByteArray(WATCH_CREATE, create));
  }

  /** Writes the fields of a message. */
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static EncodedMessage encode(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    CodedOutputStream out = CodedOutputStream.newInstance(bytes, 64);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new EncodedMessage(bytes.toByteArray());
  }

  /** Reads what a watch was told at once. */
  static void read(EncodedMessage message, Watcher watcher) {
    CodedInputStream in = CodedInputStream.newInstance(message.bytes());
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (tag) {
          case CREATED_TAG -> {
            if (in.readBool()) {
              watcher.created();
            }
          }
          case CANCELED_TAG -> {
            if (in.readBool()) {
              watcher.canceled();
            }
          }
          case EVENTS_TAG -> readEvent(in, watcher::changed);
          default -> in.skipField(tag);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void readEvent(CodedInputStream in, LongConsumer changed) throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == EVENT_KV_TAG) {
        readKeyValue(in, changed);
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(end);
  }

  private static void readKeyValue(CodedInputStream in, LongConsumer changed) throws IOException {
    int end = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == KV_VALUE_TAG) {
        changed.accept(ByteBuffer.wrap(in.readByteArray(), 0, Payload.ID_BYTES).getLong());
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(end);
  }
}
