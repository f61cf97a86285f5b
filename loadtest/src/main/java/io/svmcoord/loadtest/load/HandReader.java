package io.svmcoord.loadtest.load;

import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads the messages of one type by hand, for a client, which sends none of them. Immutable.
 *
 * @param type name of the type
 * @param parser makes something of the bytes of one
 */
record HandReader<T>(String type, Parser<T> parser) implements Marshaller<T> {
  /** Reads one message. */
  interface Parser<T> {
    /**
     * Reads it.
     *
     * @throws IOException when it is no such message
     */
    T parse(byte[] bytes) throws IOException;
  }

  @Override
  public InputStream stream(T value) {
    throw new UnsupportedOperationException("a client reads " + type + ", it sends none");
  }

  @Override
  public T parse(InputStream stream) {
    try {
      return parser.parse(EncodedMessage.readAll(stream));
    } catch (IOException e) {
      throw Status.INTERNAL
          .withDescription("a message that is no " + type)
          .withCause(e)
          .asRuntimeException();
    }
  }
}
