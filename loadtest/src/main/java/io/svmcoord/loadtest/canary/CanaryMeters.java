package io.svmcoord.loadtest.canary;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.svmcoord.server.metrics.Buckets;
import io.svmcoord.server.transport.Version;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What a canary counts, for Prometheus; names and meanings are in docs/metrics.md. Every series
 * exists from the start. One writer, any number of readers.
 */
final class CanaryMeters implements AutoCloseable {
  private static final double MILLIS_PER_SECOND = 1e3;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Counter passed = probes("ok");
  private final Counter violated = probes("violation");
  private final Counter unavailable = probes("unavailable");
  private final Map<CheckedPromise, Counter> violations = new EnumMap<>(CheckedPromise.class);
  private final Timer begin =
      Buckets.timer("svm.canary.begin", "What begins of the canary took, as its host saw it.")
          .register(registry);
  private volatile boolean isUp;
  private volatile long lastSuccessMillis;

  CanaryMeters() {
    for (CheckedPromise promise : CheckedPromise.values()) {
      violations.put(
          promise,
          Counter.builder("svm.canary.violations")
              .description("What probes saw that was not as promised, by promise.")
              .tag("promise", promise.label())
              .register(registry));
    }
    Gauge.builder("svm.build.info", () -> 1)
        .description("The version that runs; always 1.")
        .tag("version", Version.read())
        .register(registry);
    Gauge.builder("svm.canary.up", this, meters -> meters.isUp ? 1 : 0)
        .description("1 if the last probe found everything as promised.")
        .register(registry);
    Gauge.builder(
            "svm.canary.last.success.timestamp",
            this,
            meters -> meters.lastSuccessMillis / MILLIS_PER_SECOND)
        .description("When a probe last found everything as promised, since 1970; 0 for never.")
        .baseUnit("seconds")
        .register(registry);
  }

  private Counter probes(String result) {
    return Counter.builder("svm.canary.probes")
        .description("Probes, by result.")
        .tag("result", result)
        .register(registry);
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  boolean isUp() {
    return isUp;
  }

  void count(ProbeOutcome outcome, long wallMillis) {
    isUp = outcome instanceof ProbeOutcome.Passed;
    switch (outcome) {
      case ProbeOutcome.Passed(long beginNanos) -> {
        passed.increment();
        begin.record(beginNanos, TimeUnit.NANOSECONDS);
        lastSuccessMillis = wallMillis;
      }
      case ProbeOutcome.Violated(var seen) -> {
        violated.increment();
        seen.forEach(
            one -> Objects.requireNonNull(violations.get(one.promise()), "promise").increment());
      }
      case ProbeOutcome.Unavailable _ -> unavailable.increment();
    }
  }

  @Override
  public void close() {
    registry.close();
  }
}
