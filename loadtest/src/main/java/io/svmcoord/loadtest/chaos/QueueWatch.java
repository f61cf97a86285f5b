package io.svmcoord.loadtest.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The most that waited for the streams of a coordinator, of what its metrics said every now and
 * then, from its making until it is closed. Thread-safe.
 */
final class QueueWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(QueueWatch.class);

  private static final long PERIOD_MILLIS = 100;
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final HttpRequest request;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("queue-watch").factory());
  private Most most = new Most(0, 0, 0);

  /**
   * Of all streams together.
   *
   * @param samples times that it was looked at
   * @param bytes most of them
   * @param notices most of them
   */
  record Most(int samples, long bytes, long notices) {}

  QueueWatch(String adminUrl) {
    request = HttpRequest.newBuilder(URI.create(adminUrl + "metrics")).timeout(TIMEOUT).build();
    var _ =
        timer.scheduleWithFixedDelay(
            this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      String metrics = http.send(request, BodyHandlers.ofString()).body();
      long bytes = sum(metrics, "svm_outbound_queue_bytes");
      long notices = sum(metrics, "svm_outbound_queue_events");
      synchronized (this) {
        most =
            new Most(
                most.samples + 1, Math.max(most.bytes, bytes), Math.max(most.notices, notices));
      }
    } catch (IOException e) {
      // Busy: this sample is left out, and counted by not being there.
      log.debug("no sample of the coordinator's queues", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static long sum(String metrics, String name) {
    return Math.round(
        metrics
            .lines()
            .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .sum());
  }

  synchronized Most most() {
    return most;
  }

  @Override
  public void close() {
    timer.shutdownNow();
    http.shutdownNow();
  }
}
