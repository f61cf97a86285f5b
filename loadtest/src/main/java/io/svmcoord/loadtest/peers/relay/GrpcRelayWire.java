package io.svmcoord.loadtest.peers.relay;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.svmcoord.loadtest.load.EncodedMessage;
import io.svmcoord.loadtest.peers.system.Payload;
import java.nio.ByteBuffer;

/** The two methods of the gRPC relay and their messages, which are bytes. Stateless. */
final class GrpcRelayWire {
  static final String SERVICE = "relay.Relay";

  private static final Marshaller<EncodedMessage> MARSHALLER = EncodedMessage.marshaller();

  /** A device: an empty message says that it is there, the others are acks; events come back. */
  static final MethodDescriptor<EncodedMessage, EncodedMessage> SUBSCRIBE =
      method("Subscribe", MethodType.BIDI_STREAMING);

  /** A host's operation: answered with the number of acks when all devices acked. */
  static final MethodDescriptor<EncodedMessage, EncodedMessage> PUBLISH =
      method("Publish", MethodType.UNARY);

  private GrpcRelayWire() {}

  private static MethodDescriptor<EncodedMessage, EncodedMessage> method(
      String name, MethodType type) {
    return MethodDescriptor.newBuilder(MARSHALLER, MARSHALLER)
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .build();
  }

  static EncodedMessage empty() {
    return new EncodedMessage(new byte[0]);
  }

  static EncodedMessage event(long id) {
    return new EncodedMessage(ByteBuffer.allocate(Payload.BYTES).putLong(0, id).array());
  }

  static EncodedMessage ack(long id) {
    return new EncodedMessage(ByteBuffer.allocate(Payload.ID_BYTES).putLong(0, id).array());
  }

  /** The number that an event, a publication or an ack begins with. */
  static long id(EncodedMessage message) {
    return ByteBuffer.wrap(message.bytes()).getLong();
  }

  static EncodedMessage answer(int acks) {
    return new EncodedMessage(ByteBuffer.allocate(Integer.BYTES).putInt(0, acks).array());
  }

  static int acks(EncodedMessage answer) {
    return ByteBuffer.wrap(answer.bytes()).getInt();
  }
}
