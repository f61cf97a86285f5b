package io.svmcoord.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.svmcoord.server.kernel.KernelCounts;
import io.svmcoord.server.kernel.SessionRole;
import io.svmcoord.server.kernel.SessionState;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Gauges over the kernel's state. A scrape never touches the kernel: it reads the last counts that
 * the kernel's loop published, an immutable value. Thread-safe; one writer.
 */
public final class StateGauges {
  private static final double NANOS_PER_SECOND = 1e9;

  /** States that are shown: all but those of sessions that left by themselves. */
  private static final List<SessionState> SHOWN =
      List.of(
          SessionState.ACTIVE, SessionState.SUSPECT, SessionState.EXPIRED, SessionState.EVICTED);

  private volatile KernelCounts counts =
      new KernelCounts(
          0,
          new EnumMap<>(SessionState.class),
          new EnumMap<>(SessionState.class),
          0,
          0,
          0,
          0,
          0,
          0,
          0);

  /** Registers every gauge. */
  public StateGauges(MeterRegistry registry) {
    gauge(registry, "svm.address.spaces", "Address spaces.", KernelCounts::spaces);
    gauge(
        registry,
        "svm.readmission.clients",
        "Clients that were evicted a short while ago.",
        KernelCounts::evictedClients);
    gauge(registry, "svm.subscriptions", "Subscriptions.", KernelCounts::subscriptions);
    gauge(
        registry,
        "svm.invalidations.running",
        "Invalidations between begin and end.",
        KernelCounts::runningInvalidations);
    gauge(
        registry,
        "svm.reads.waiting",
        "Mappers that wait in read_begin.",
        KernelCounts::waitingReaders);
    Gauge.builder(
            "svm.invalidation.oldest.unacked",
            this,
            gauges -> gauges.counts.oldestUnackedNanos() / NANOS_PER_SECOND)
        .description("Age of the oldest begin that waits for an ack; 0 when none does.")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder(
            "svm.grace.left", this, gauges -> gauges.counts.graceLeftNanos() / NANOS_PER_SECOND)
        .description("Time until the grace after the start is over at the latest; 0 when it is.")
        .baseUnit("seconds")
        .register(registry);
    gauge(
        registry,
        "svm.grace.sessions",
        "Sessions from before the start that the grace waits for.",
        KernelCounts::graceSessions);
    for (SessionState state : SHOWN) {
      sessions(registry, SessionRole.DEVICE, state);
      sessions(registry, SessionRole.HOST, state);
    }
  }

  /** Publishes newer counts. */
  public void publish(KernelCounts newer) {
    counts = newer;
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<KernelCounts> value) {
    Gauge.builder(name, this, gauges -> value.applyAsDouble(gauges.counts))
        .description(description)
        .register(registry);
  }

  private void sessions(MeterRegistry registry, SessionRole role, SessionState state) {
    Gauge.builder("svm.sessions", this, gauges -> gauges.sessions(role).getOrDefault(state, 0))
        .description("Sessions that are not over, and expired ones that are still listed.")
        .tag("role", Counters.label(role))
        .tag("state", Counters.label(state))
        .register(registry);
  }

  private Map<SessionState, Integer> sessions(SessionRole role) {
    return switch (role) {
      case DEVICE -> counts.devices();
      case HOST -> counts.hosts();
    };
  }
}
