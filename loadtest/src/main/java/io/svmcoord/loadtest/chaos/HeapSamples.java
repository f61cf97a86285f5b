package io.svmcoord.loadtest.chaos;

import io.svmcoord.loadtest.fault.SystemCommand;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.report.RunFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much heap each of the coordinators uses right after a collection, from its metrics.
 * Thread-safe; {@link #take} doesn't block.
 */
final class HeapSamples {
  private static final Logger log = LoggerFactory.getLogger(HeapSamples.class);

  static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final String METRIC = "jvm_memory_used_bytes{area=\"heap\"";
  private static final double BYTES_PER_MB = 1e6;

  /** A frozen coordinator does not answer: then there is no sample. */
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  /** By process, in the order of their starts; guarded by itself. */
  private final Map<Long, List<Double>> samples = new LinkedHashMap<>();

  /**
   * Heap of the coordinator that was looked at most often.
   *
   * @param firstMb after the first collection; 0 without samples
   * @param lastMb after the last one
   */
  record Growth(double firstMb, double lastMb) {}

  /** Has a coordinator collect, and looks at what is left, in the background. */
  void take(CoordinatorProcess coordinator) {
    var _ = Thread.ofVirtual().name("heap-sample").start(() -> sample(coordinator));
  }

  /**
   * Has a coordinator collect, and answers what is left, megabytes; blocks.
   *
   * @throws IOException when it does not answer
   * @throws RunFailure when it does not collect in time
   */
  double collectedMb(CoordinatorProcess coordinator) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    String pid = Long.toString(coordinator.process().pid());
    SystemCommand.run(TIMEOUT, List.of(jcmd.toString(), pid, "GC.run"));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(coordinator.adminUrl() + "metrics"))
            .timeout(TIMEOUT)
            .build();
    return heapMb(http.send(request, BodyHandlers.ofString()).body());
  }

  private void sample(CoordinatorProcess coordinator) {
    try {
      double heap = collectedMb(coordinator);
      synchronized (samples) {
        samples.computeIfAbsent(coordinator.process().pid(), key -> new ArrayList<>()).add(heap);
      }
    } catch (IOException | RunFailure e) {
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

  Growth growth() {
    synchronized (samples) {
      return samples.values().stream()
          .max(Comparator.comparingInt(List::size))
          .map(most -> new Growth(most.getFirst(), most.getLast()))
          .orElse(new Growth(0, 0));
    }
  }
}
