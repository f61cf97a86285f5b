package io.svmcoord.server.transport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.svmcoord.server.config.Endpoint;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Metrics, health and status over HTTP, on virtual threads of its own, away from the event loops.
 * Nothing here changes anything, and nothing is protected: it belongs on loopback or behind a
 * proxy. Thread-safe.
 */
public final class AdminServer implements AutoCloseable {
  private static final int BACKLOG = 64;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";
  private static final String HTML = "text/html; charset=utf-8";

  /** What a page answers. */
  private record Page(int status, String type, String body) {}

  private final HttpServer server;
  private final ExecutorService executor;

  private AdminServer(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /**
   * Binds and starts.
   *
   * @param isLive whether the process works at all
   * @param notReady why it takes no new sessions, for people; empty when it does
   * @param version what /version answers, in order
   * @throws IOException if the address can't be bound
   */
  public static AdminServer start(
      Endpoint listen,
      PrometheusMeterRegistry registry,
      BooleanSupplier isLive,
      Supplier<Optional<String>> notReady,
      Map<String, String> version)
      throws IOException {
    HttpServer server = HttpServer.create(listen.resolve(), BACKLOG);
    ExecutorService executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("svm-admin-", 0).factory());
    server.setExecutor(executor);
    serve(
        server,
        "/livez",
        () -> check(isLive.getAsBoolean() ? Optional.empty() : Optional.of("no")));
    serve(server, "/readyz", () -> check(notReady.get()));
    serve(server, "/version", () -> new Page(HttpURLConnection.HTTP_OK, JSON, json(version)));
    serve(server, "/", () -> new Page(HttpURLConnection.HTTP_OK, HTML, StatusPage.of(version)));
    server.createContext("/metrics", new ScrapeHandler(registry));
    server.start();
    return new AdminServer(server, executor);
  }

  /** The bound port. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Stops; requests that run are cut off. */
  @Override
  public void close() {
    server.stop(0);
    executor.close();
  }

  private static Page check(Optional<String> whyNot) {
    return whyNot
        .map(why -> new Page(HttpURLConnection.HTTP_UNAVAILABLE, TEXT, why + "\n"))
        .orElseGet(() -> new Page(HttpURLConnection.HTTP_OK, TEXT, "ok\n"));
  }

  private static void serve(HttpServer server, String path, Supplier<Page> page) {
    server.createContext(path, exchange -> answer(exchange, path, page));
  }

  private static void answer(HttpExchange exchange, String path, Supplier<Page> page)
      throws IOException {
    // Contexts match by prefix.
    if (!exchange.getRequestURI().getPath().equals(path)) {
      send(exchange, new Page(HttpURLConnection.HTTP_NOT_FOUND, TEXT, "not found\n"));
    } else if (!isRead(exchange)) {
      send(exchange, new Page(HttpURLConnection.HTTP_BAD_METHOD, TEXT, "GET or HEAD only\n"));
    } else {
      send(exchange, page.get());
    }
  }

  private static boolean isRead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("GET") || exchange.getRequestMethod().equals("HEAD");
  }

  private static void send(HttpExchange exchange, Page page) throws IOException {
    try (exchange) {
      byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
      boolean isHead = exchange.getRequestMethod().equals("HEAD");
      exchange.getResponseHeaders().set("Content-Type", page.type());
      exchange.sendResponseHeaders(page.status(), isHead ? -1 : body.length);
      if (!isHead) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private static String json(Map<String, String> values) {
    try {
      return new ObjectMapper().writeValueAsString(values) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is always JSON", e);
    }
  }

  /** Serves the registry in the form that the scraper asks for. */
  private record ScrapeHandler(PrometheusMeterRegistry registry) implements HttpHandler {
    private static final String CLASSIC = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS =
        "application/openmetrics-text; version=1.0.0; charset=utf-8";

    @Override
    public void handle(HttpExchange exchange) throws IOException {
      String accept = exchange.getRequestHeaders().getFirst("Accept");
      boolean isOpen = accept != null && accept.contains("application/openmetrics-text");
      String type = isOpen ? OPEN_METRICS : CLASSIC;
      answer(
          exchange,
          "/metrics",
          () -> new Page(HttpURLConnection.HTTP_OK, type, registry.scrape(type)));
    }
  }
}
