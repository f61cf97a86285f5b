package io.svmcoord.server;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.svmcoord.server.config.ServerConfig;
import io.svmcoord.server.control.ControlStore;
import io.svmcoord.server.control.FileControlStore;
import io.svmcoord.server.control.RandomKeySource;
import io.svmcoord.server.control.VolatileControlStore;
import io.svmcoord.server.kernel.Coordinator;
import io.svmcoord.server.kernel.KernelCounts;
import io.svmcoord.server.kernel.Past;
import io.svmcoord.server.metrics.KernelMeters;
import io.svmcoord.server.metrics.ProcessMeters;
import io.svmcoord.server.metrics.StateGauges;
import io.svmcoord.server.service.NodeInfo;
import io.svmcoord.server.service.ServiceLimits;
import io.svmcoord.server.service.Services;
import io.svmcoord.server.transport.AdminServer;
import io.svmcoord.server.transport.ConnectionLimits;
import io.svmcoord.server.transport.EventLoops;
import io.svmcoord.server.transport.GrpcTransport;
import io.svmcoord.server.transport.Health;
import io.svmcoord.server.transport.NanoClock;
import io.svmcoord.server.transport.Pulse;
import io.svmcoord.server.transport.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running coordinator, in a process of its own or embedded in another. Thread-safe; not to be
 * called from an event loop.
 */
public final class SvmServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SvmServer.class);

  /** How often the gauges over the kernel's state are renewed. */
  private static final Duration COUNTS_INTERVAL = Duration.ofSeconds(1);

  /** After so long without a turn the kernel's loop counts as stuck. */
  private static final Duration PULSE_SILENCE_MAX = Duration.ofSeconds(10);

  /** What the closed streams get beyond the deadline to be written out. */
  private static final Duration DRAIN_SLACK = Duration.ofSeconds(2);

  private static final Duration CALLS_END_MAX = Duration.ofSeconds(1);

  private final EventLoops loops;
  private final Services services;
  private final Health health;
  private final Server grpc;
  private final AdminServer admin;

  /** What to close, last opened first. */
  private final Deque<AutoCloseable> resources;

  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch terminated = new CountDownLatch(1);

  private SvmServer(ServerConfig config, Deque<AutoCloseable> resources) throws IOException {
    this.resources = resources;
    NanoClock clock = new NanoClock();
    String version = Version.read();
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    resources.push(registry::close);
    KernelMeters meters = new KernelMeters(registry);
    StateGauges gauges = new StateGauges(registry);
    loops = EventLoops.start(config.transport(), config.eventLoops());
    resources.push(loops);
    // Closed before the loops, which it tells what it has written.
    ControlStore store = openStore(config);
    resources.push(store);
    Past past = store.beginTerm(config.longestLease().toNanos());
    Coordinator coordinator =
        new Coordinator(
            clock.getAsLong(), past, config.kernel(), store, new RandomKeySource(), meters);
    services =
        new Services(
            coordinator,
            loops.loops(),
            clock,
            ServiceLimits.of(config),
            new NodeInfo(version, loops.kind().toString(), config.eventLoops(), clock.getAsLong()),
            this::drainInBackground,
            meters::joined);
    store.start(new StoreProgress(services, meters));
    ConnectionLimits connections =
        new ConnectionLimits(config.connection().max(), config.connection().maxPerAddress(), clock);
    resources.push(
        ProcessMeters.bind(
            registry,
            version,
            loops.executors(),
            services.requestIds(),
            services.outbound(),
            connections,
            services.gateways()));
    List<ServerServiceDefinition> definitions = new ArrayList<>(services.definitions());
    health = new Health(definitions);
    definitions.add(health.definition());
    definitions.add(ProtoReflectionServiceV1.newInstance().bindService());
    grpc =
        GrpcTransport.start(config.listen(), config.connection(), connections, loops, definitions);
    resources.push(() -> stop(grpc));
    if (config.listenUnix().isPresent()) {
      Server unix =
          GrpcTransport.startUnix(
              config.listenUnix().get(), config.connection(), connections, loops, definitions);
      resources.push(() -> stop(unix));
    }
    Pulse pulse = new Pulse(clock, PULSE_SILENCE_MAX);
    admin =
        AdminServer.start(
            config.admin(),
            registry,
            pulse::isFelt,
            () -> services.isDraining() ? Optional.of("draining") : store.failure(),
            versionPage(config, version));
    resources.push(admin);
    services.publishCounts(COUNTS_INTERVAL, counts -> publish(counts, gauges, pulse));
    logStart(past, config);
  }

  private static ControlStore openStore(ServerConfig config) {
    return config.controlDirectory().isPresent()
        ? FileControlStore.open(config.controlDirectory().get())
        : new VolatileControlStore();
  }

  /** Takes what the store tells to the kernel's loop. */
  private record StoreProgress(Services services, KernelMeters meters)
      implements ControlStore.Progress {
    @Override
    public void written(long number) {
      services.remembered(number);
    }

    @Override
    public void failed(long number, String why) {
      meters.memoryFailed();
      services.notRemembered(number, why);
    }
  }

  private static void logStart(Past past, ServerConfig config) {
    if (config.controlDirectory().isEmpty()) {
      log.info(
          "control.directory is not set: after a restart begins wait for no device of before it");
    }
    if (past.longestLeaseNanos() > 0) {
      log.info(
          "epoch {}: in grace for at most {}, {} sessions are known",
          past.epoch(),
          Duration.ofNanos(past.longestLeaseNanos()),
          past.sessions().size());
    }
  }

  private static void publish(KernelCounts counts, StateGauges gauges, Pulse pulse) {
    gauges.publish(counts);
    pulse.beat();
  }

  private static Map<String, String> versionPage(ServerConfig config, String version) {
    Map<String, String> page = new LinkedHashMap<>();
    page.put("version", version);
    page.put("java", Runtime.version().toString());
    page.put("transport", config.transport().toString());
    page.put("event_loops", Integer.toString(config.eventLoops()));
    return page;
  }

  /**
   * Starts a coordinator; it serves when this returns.
   *
   * @throws UncheckedIOException if an address can't be bound
   * @throws IllegalStateException if the transport can't be had
   */
  public static SvmServer start(ServerConfig config) {
    Deque<AutoCloseable> resources = new ArrayDeque<>();
    try {
      SvmServer server = new SvmServer(config, resources);
      log.info(
          "serving on {}{} ({} on {} event loops), admin on {}",
          config.listen().host() + ":" + server.port(),
          config.listenUnix().map(path -> " and unix:" + path.toAbsolutePath()).orElse(""),
          server.transport(),
          config.eventLoops(),
          config.admin().host() + ":" + server.adminPort());
      return server;
    } catch (IOException e) {
      closeAll(resources);
      throw new UncheckedIOException(
          "listen: %s, %sadmin: %s (expected: addresses that can be bound): %s"
              .formatted(
                  config.listen(),
                  config.listenUnix().map(path -> "listen-unix: " + path + ", ").orElse(""),
                  config.admin(),
                  e.getMessage()),
          e);
    } catch (RuntimeException e) {
      closeAll(resources);
      throw e;
    }
  }

  /** The bound port of the gRPC services. */
  public int port() {
    return grpc.getPort();
  }

  /** The bound port of the admin server. */
  public int adminPort() {
    return admin.port();
  }

  /** The transport in use: epoll, io_uring or nio. */
  public String transport() {
    return loops.kind().toString();
  }

  /**
   * Stops gracefully: readiness ends, streams are told and closed at the deadline or when their
   * clients have left, then everything is closed. Blocks for so long.
   */
  public void drain(Duration deadline) {
    // 1. No new sessions; load balancers look elsewhere; every stream is told.
    var streamsClosed = services.drain(deadline);
    health.stop();
    log.info("draining for at most {}", deadline);
    // 2. Clients leave, or their streams are closed at the deadline.
    try {
      streamsClosed.get(deadline.plus(DRAIN_SLACK).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warn("streams are still open after the drain deadline; closing anyway");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // 3. Calls end, connections and threads go.
    close();
  }

  private void drainInBackground(Duration deadline) {
    var _ = Thread.ofVirtual().name("svm-drain").start(() -> drain(deadline));
  }

  /**
   * Stops at once: streams are cut, and their sessions' clients see UNAVAILABLE. Blocks shortly.
   */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      closeAll(resources);
      log.info("stopped");
      terminated.countDown();
    } else {
      awaitTermination();
    }
  }

  /** Blocks until the server is closed, by whomever, or the thread is interrupted. */
  public void awaitTermination() {
    try {
      terminated.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop(Server server) throws InterruptedException {
    server.shutdown();
    if (services.isDraining()) {
      // Lets the last bytes of streams that were closed gracefully leave.
      var _ = server.awaitTermination(CALLS_END_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }
    server.shutdownNow();
    var _ = server.awaitTermination(CALLS_END_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void closeAll(Deque<AutoCloseable> resources) {
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        log.warn("could not be closed", e);
      }
    }
  }
}
