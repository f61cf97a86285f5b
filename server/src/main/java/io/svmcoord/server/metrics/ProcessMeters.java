package io.svmcoord.server.metrics;

import com.github.benmanes.caffeine.cache.Cache;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyEventExecutorMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.netty.util.concurrent.EventExecutor;
import io.svmcoord.server.service.ConnectionCounts;
import io.svmcoord.server.service.GatewayCounts;
import io.svmcoord.server.service.OutboundCounts;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Meters of the process around the kernel: JVM, event loops, caches, queues, build. */
public final class ProcessMeters implements AutoCloseable {
  private final JvmGcMetrics gc = new JvmGcMetrics();

  private ProcessMeters() {}

  /**
   * Registers the meters.
   *
   * @param version version of the software
   * @param loops event loops
   * @param requestIds cache of begins by request id
   * @param outbound what waits for streams
   * @param connections connections of clients
   * @param gateways gateways of devices
   */
  public static ProcessMeters bind(
      MeterRegistry registry,
      String version,
      Iterable<EventExecutor> loops,
      Cache<?, ?> requestIds,
      OutboundCounts outbound,
      ConnectionCounts connections,
      GatewayCounts gateways) {
    ProcessMeters meters = new ProcessMeters();
    meters.gc.bindTo(registry);
    List.of(
            new ClassLoaderMetrics(),
            new JvmInfoMetrics(),
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new FileDescriptorMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics(),
            new NettyEventExecutorMetrics(loops))
        .forEach(binder -> binder.bindTo(registry));
    CaffeineCacheMetrics.monitor(registry, requestIds, "request_ids");
    Gauge.builder("svm.build.info", () -> 1)
        .description("The version that runs; always 1.")
        .tag("version", version)
        .register(registry);
    Gauge.builder("svm.outbound.queue.events", outbound, OutboundCounts::waitingNotices)
        .description("Notices that wait for session streams.")
        .strongReference(true)
        .register(registry);
    Gauge.builder("svm.outbound.queue.bytes", outbound, OutboundCounts::waitingBytes)
        .description("What waits for session streams.")
        .baseUnit("bytes")
        .strongReference(true)
        .register(registry);
    Gauge.builder("svm.outbound.events.most", outbound, OutboundCounts::mostEvents)
        .description("Most events that waited for one session stream at once.")
        .strongReference(true)
        .register(registry);
    caughtUp(registry, outbound, OutboundCounts::mergedNotices, "merged");
    caughtUp(registry, outbound, OutboundCounts::resyncNotices, "resync");
    Gauge.builder("svm.connections", connections, ConnectionCounts::open)
        .description("Connections of clients that are open.")
        .strongReference(true)
        .register(registry);
    refused(registry, connections, ConnectionCounts::refused, "connections");
    refused(registry, connections, ConnectionCounts::refusedOfAddress, "connections_per_address");
    gateways(registry, gateways);
    return meters;
  }

  private static void refused(
      MeterRegistry registry,
      ConnectionCounts connections,
      ToDoubleFunction<ConnectionCounts> count,
      String limit) {
    FunctionCounter.builder("svm.connections.refused", connections, count)
        .description("Connections that were closed when they came, by the limit that was reached.")
        .tag("limit", limit)
        .register(registry);
  }

  private static void gateways(MeterRegistry registry, GatewayCounts gateways) {
    Gauge.builder("svm.gateways", gateways, GatewayCounts::open)
        .description("Gateways that are open: streams that devices share.")
        .strongReference(true)
        .register(registry);
    Gauge.builder("svm.gateway.members", gateways, GatewayCounts::members)
        .description("Members of open gateways: each carries the stream of one device.")
        .strongReference(true)
        .register(registry);
  }

  private static void caughtUp(
      MeterRegistry registry,
      OutboundCounts outbound,
      ToDoubleFunction<OutboundCounts> count,
      String kind) {
    FunctionCounter.builder("svm.outbound.caught.up", outbound, count)
        .description("Notices that stood for events which waited too long for their device.")
        .tag("kind", kind)
        .register(registry);
  }

  /** Stops listening to the garbage collector. */
  @Override
  public void close() {
    gc.close();
  }
}
