package io.svmcoord.server.metrics;

import com.github.benmanes.caffeine.cache.Cache;
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
import java.util.List;
import java.util.function.LongSupplier;

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
   * @param waitingNotices notices that wait for streams
   */
  public static ProcessMeters bind(
      MeterRegistry registry,
      String version,
      Iterable<EventExecutor> loops,
      Cache<?, ?> requestIds,
      LongSupplier waitingNotices) {
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
    Gauge.builder("svm.outbound.queue.events", waitingNotices, LongSupplier::getAsLong)
        .description("Notices that wait for session streams.")
        .strongReference(true)
        .register(registry);
    return meters;
  }

  /** Stops listening to the garbage collector. */
  @Override
  public void close() {
    gc.close();
  }
}
