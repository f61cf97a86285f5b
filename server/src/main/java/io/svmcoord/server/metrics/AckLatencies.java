package io.svmcoord.server.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The histogram of ack latencies: the one meter that is touched once per device and begin, so a
 * thousand times for a wide fan-out. A Micrometer timer takes several atomic updates and a look at
 * the clock for each; with one writer, plain additions are enough.
 *
 * <p>{@link #record} is confined to the kernel's loop; a scrape may be a moment behind it, and its
 * sum by one ack ahead of or behind its counts.
 */
final class AckLatencies implements Collector {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final String help;
  private final long[] boundsNanos = Buckets.latencyNanos();

  /** By bucket; the last one has no bound. */
  private final AtomicLongArray counts = new AtomicLongArray(boundsNanos.length + 1);

  private final AtomicLong sumNanos = new AtomicLong();

  /**
   * An empty histogram.
   *
   * @param name as Prometheus knows it
   * @param help for people
   */
  AckLatencies(String name, String help) {
    this.name = name;
    this.help = help;
  }

  /** Counts one ack. */
  void record(long nanos) {
    int bucket = 0;
    while (bucket < boundsNanos.length && nanos > boundsNanos[bucket]) {
      bucket++;
    }
    counts.lazySet(bucket, counts.getPlain(bucket) + 1);
    sumNanos.lazySet(sumNanos.getPlain() + nanos);
  }

  /** Acks so far. Thread-safe. */
  double count() {
    long count = 0;
    for (int i = 0; i < counts.length(); i++) {
      count += counts.get(i);
    }
    return count;
  }

  @Override
  public HistogramSnapshot collect() {
    double[] bounds = new double[counts.length()];
    long[] values = new long[counts.length()];
    for (int i = 0; i < values.length; i++) {
      bounds[i] =
          i < boundsNanos.length ? boundsNanos[i] / NANOS_PER_SECOND : Double.POSITIVE_INFINITY;
      values[i] = counts.get(i);
    }
    return HistogramSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, values))
                .sum(sumNanos.get() / NANOS_PER_SECOND)
                .build())
        .build();
  }
}
