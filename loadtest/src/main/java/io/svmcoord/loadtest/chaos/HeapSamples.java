package io.svmcoord.loadtest.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much heap the coordinator uses, from its metrics. The least of some samples is what is left
 * after a collection. Confined to one thread.
 */
final class HeapSamples {
  private static final Logger log = LoggerFactory.getLogger(HeapSamples.class);

  static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final String METRIC = "jvm_memory_used_bytes{area=\"heap\"";
  private static final double BYTES_PER_MB = 1e6;

  /** A frozen coordinator does not answer, and must not hold up the schedule. */
  private static final Duration TIMEOUT = Duration.ofMillis(200);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final List<Double> samples = new ArrayList<>();

  void take(String adminUrl) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(adminUrl + "metrics")).timeout(TIMEOUT).build();
    try {
      samples.add(heapMb(http.send(request, BodyHandlers.ofString()).body()));
    } catch (IOException e) {
      // Frozen, or killed: this sample is left out.
      log.debug("no sample of the coordinator's heap", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static double heapMb(String metrics) {
    return metrics
            .lines()
            .filter(line -> line.startsWith(METRIC))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .sum()
        / BYTES_PER_MB;
  }

  /** 0 without samples. */
  double firstQuarterMb() {
    return least(0, Math.ceilDiv(samples.size(), 4));
  }

  /** 0 without samples. */
  double lastQuarterMb() {
    return least(samples.size() - Math.ceilDiv(samples.size(), 4), samples.size());
  }

  private double least(int from, int to) {
    return samples.subList(from, to).stream().mapToDouble(Double::doubleValue).min().orElse(0);
  }
}
