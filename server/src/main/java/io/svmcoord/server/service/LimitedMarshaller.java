package io.svmcoord.server.service;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads messages up to a length. One that is longer is not parsed: a marker stands for it, so that
 * its call can be answered with the name of the limit, which gRPC's own limit does not tell. A
 * compressed message counts by what it unpacks to, and no more than the limit is unpacked.
 *
 * <p>Thread-safe if the marshaller within is.
 *
 * @param <Q> type of the messages
 */
final class LimitedMarshaller<Q> implements Marshaller<Q> {
  private final Marshaller<Q> marshaller;
  private final int bytesMax;
  private final Q tooLarge;

  /**
   * Wraps a marshaller.
   *
   * @param bytesMax of one message
   * @param tooLarge stands for each message that is longer: this object, not another with the same
   *     content
   */
  LimitedMarshaller(Marshaller<Q> marshaller, int bytesMax, Q tooLarge) {
    this.marshaller = marshaller;
    this.bytesMax = bytesMax;
    this.tooLarge = tooLarge;
  }

  @Override
  public InputStream stream(Q value) {
    return marshaller.stream(value);
  }

  @Override
  public Q parse(InputStream stream) {
    if (stream instanceof KnownLength) {
      return available(stream) > bytesMax ? tooLarge : marshaller.parse(stream);
    }
    Bounded bounded = new Bounded(stream, bytesMax);
    Q message;
    try {
      message = marshaller.parse(bounded);
    } catch (RuntimeException e) {
      if (bounded.isPast) {
        // It was cut off, so that it can't be parsed says nothing.
        return tooLarge;
      }
      throw e;
    }
    return bounded.isPast ? tooLarge : message;
  }

  private static int available(InputStream stream) {
    try {
      return stream.available();
    } catch (IOException e) {
      throw new IllegalStateException("length: not known (expected: of a message in memory)", e);
    }
  }

  /** Ends at the limit, and tells whether there would have been more. */
  private static final class Bounded extends FilterInputStream {
    private int left;
    private boolean isPast;

    Bounded(InputStream in, int bytesMax) {
      super(in);
      this.left = bytesMax;
    }

    @Override
    public int read() throws IOException {
      if (isAtEnd()) {
        return -1;
      }
      int read = super.read();
      left -= read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (isAtEnd()) {
        return -1;
      }
      int read = super.read(bytes, offset, Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      if (count <= 0 || isAtEnd()) {
        return 0;
      }
      long skipped = super.skip(Math.min(count, left));
      left -= Math.toIntExact(skipped);
      return skipped;
    }

    @Override
    public int available() throws IOException {
      return Math.min(super.available(), left);
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    private boolean isAtEnd() throws IOException {
      if (left > 0) {
        return false;
      }
      isPast = isPast || super.read() >= 0;
      return true;
    }
  }
}
