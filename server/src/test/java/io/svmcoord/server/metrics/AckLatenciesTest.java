package io.svmcoord.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Each ack is counted once, in the bucket that it belongs to. */
class AckLatenciesTest {
  private static final long SEED = 11;

  private final AckLatencies latencies = new AckLatencies("acks_seconds", "help");

  private HistogramDataPointSnapshot scrape() {
    return latencies.collect().getDataPoints().getFirst();
  }

  @Test
  void record_atABound_countsBelowIt() {
    latencies.record(10_000);
    latencies.record(10_001);

    ClassicHistogramBuckets buckets = scrape().getClassicBuckets();
    assertThat(buckets.getUpperBound(0)).isEqualTo(0.000_01);
    assertThat(buckets.getCount(0)).isEqualTo(1);
    assertThat(buckets.getCount(1)).isEqualTo(1);
  }

  @Test
  void record_pastAllBounds_countsInTheLast() {
    latencies.record(3_600_000_000_000L);

    ClassicHistogramBuckets buckets = scrape().getClassicBuckets();
    assertThat(buckets.getUpperBound(buckets.size() - 1)).isInfinite();
    assertThat(buckets.getCount(buckets.size() - 1)).isEqualTo(1);
  }

  @Test
  void record_many_sumsUpAsTheyWere() {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Long> recorded = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      long nanos = random.nextLong(1L << random.nextInt(1, 36));
      recorded.add(nanos);
      latencies.record(nanos);
    }

    HistogramDataPointSnapshot scraped = scrape();
    ClassicHistogramBuckets buckets = scraped.getClassicBuckets();
    assertThat(latencies.count()).isEqualTo(10_000);
    assertThat(scraped.getCount()).isEqualTo(10_000);
    assertThat(scraped.getSum())
        .isCloseTo(recorded.stream().mapToDouble(nanos -> nanos / 1e9).sum(), within(1e-6));
    long atMost = 0;
    for (int i = 0; i < buckets.size(); i++) {
      double bound = buckets.getUpperBound(i);
      atMost += buckets.getCount(i);
      assertThat(atMost)
          .as("seed %d, at most %s s", SEED, bound)
          .isEqualTo(recorded.stream().filter(nanos -> nanos <= bound * 1e9).count());
    }
  }
}
