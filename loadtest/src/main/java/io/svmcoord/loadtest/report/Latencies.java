package io.svmcoord.loadtest.report;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * Latency histograms as text that goes from process to process: HdrHistogram's compressed form in
 * Base64. Values are nanoseconds, from 1 us to 200 s, to three digits.
 */
public final class Latencies {
  private static final long LOWEST_NANOS = 1_000;
  private static final long HIGHEST_NANOS = 200_000_000_000L;
  private static final int DIGITS = 3;

  private Latencies() {}

  /** An empty histogram. Confined to one thread, or to whoever locks it. */
  public static Histogram create() {
    return new Histogram(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
  }

  /** Records a latency; what is beyond the ends counts as the end. */
  public static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.clamp(nanos, LOWEST_NANOS, HIGHEST_NANOS));
  }

  /** The text form. */
  public static String encode(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Histogram decode(String text) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(Base64.getDecoder().decode(text));
      return Histogram.decodeFromCompressedByteBuffer(buffer, HIGHEST_NANOS);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("histogram: not in compressed form", e);
    }
  }

  static String merge(String left, String right) {
    Histogram sum = decode(left);
    sum.add(decode(right));
    return encode(sum);
  }
}
