package io.svmcoord.server.metrics;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;

/** Bounds of the histograms' buckets. */
public final class Buckets {
  /** Three a decade and a little finer where devices live, 10 us to 5 s. */
  private static final Duration[] LATENCIES = {
    micros(10),
    micros(20),
    micros(35),
    micros(50),
    micros(75),
    micros(100),
    micros(150),
    micros(200),
    micros(300),
    micros(400),
    micros(500),
    micros(750),
    micros(1_000),
    micros(1_500),
    micros(2_000),
    micros(3_000),
    micros(5_000),
    micros(7_500),
    micros(10_000),
    micros(20_000),
    micros(50_000),
    micros(100_000),
    micros(200_000),
    micros(500_000),
    micros(1_000_000),
    micros(2_000_000),
    micros(5_000_000)
  };

  /** Powers of two up to the streams of a large node. */
  static final double[] WIDTHS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 16_384};

  private Buckets() {}

  /** A timer with the latencies' buckets; Micrometer's own begin at a millisecond. */
  public static Timer.Builder timer(String name, String description) {
    return Timer.builder(name).description(description).serviceLevelObjectives(LATENCIES);
  }

  /** The latencies' buckets in nanoseconds, ascending; each bound is of its bucket. */
  static long[] latencyNanos() {
    return Arrays.stream(LATENCIES).mapToLong(Duration::toNanos).toArray();
  }

  private static Duration micros(long value) {
    return Duration.ofNanos(value * 1_000);
  }
}
