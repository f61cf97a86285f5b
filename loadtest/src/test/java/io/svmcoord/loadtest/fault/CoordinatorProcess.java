package io.svmcoord.loadtest.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.svmcoord.loadtest.process.ChildProcess;
import io.svmcoord.loadtest.process.Launch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A coordinator in a process of its own. Confined to one thread. */
final class CoordinatorProcess implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);

  private final ChildProcess process;
  private final JsonNode listening;

  private CoordinatorProcess(ChildProcess process) {
    this.process = process;
    this.listening = process.awaitReady(READY_TIMEOUT);
  }

  /**
   * Starts one on loopback; blocks until it serves.
   *
   * @param arguments of {@code svm serve} beyond the addresses
   */
  static CoordinatorProcess start(Launch launch, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "serve",
                "--listen=127.0.0.1:0",
                "--admin=127.0.0.1:0",
                "--stop-with-stdin",
                "--set=drain.deadline=100ms",
                "-o",
                "json"));
    all.addAll(List.of(arguments));
    ChildProcess process = ChildProcess.start("coordinator", launch, all, line -> {});
    try {
      return new CoordinatorProcess(process);
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.path("port").asInt());
  }

  /** Asks whether it takes new sessions. */
  HttpResponse<String> readiness() throws IOException, InterruptedException {
    URI page = URI.create(listening.path("admin_url").asText() + "readyz");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
