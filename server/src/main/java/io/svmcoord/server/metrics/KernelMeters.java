package io.svmcoord.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.svmcoord.server.kernel.AckResult;
import io.svmcoord.server.kernel.EndCause;
import io.svmcoord.server.kernel.EndResult;
import io.svmcoord.server.kernel.InvalidationEvent;
import io.svmcoord.server.kernel.KernelObserver;
import io.svmcoord.server.kernel.RefusalCause;
import io.svmcoord.server.kernel.RetryResult;
import io.svmcoord.server.kernel.SessionRole;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and times what the kernel does. Every series exists from the start, in an array by ordinal,
 * so that the hot path looks nothing up and allocates nothing. Called on the kernel's loop.
 */
public final class KernelMeters implements KernelObserver {
  private static final Logger log = LoggerFactory.getLogger(KernelMeters.class);

  private final Counter[][] begins;
  private final Counter[] acksIgnored;
  private final Counter[] devicesRefused;
  private final Counter[] ends;
  private final Counter[] sessionsEnded;
  private final Counter[] sessionsEvicted;
  private final Counter[] readRetries;
  private final Counter acked;
  private final Counter forcedEnds;
  private final Counter leaseExpirations;
  private final Counter readChecks;
  private final Counter joins;
  private final Counter callbackFailures;
  private final Timer fanOut;
  private final Timer ack;
  private final Timer readBegin;
  private final DistributionSummary fanOutSessions;

  /** Registers every meter. */
  public KernelMeters(MeterRegistry registry) {
    begins = new Counter[InvalidationEvent.values().length][];
    for (InvalidationEvent event : InvalidationEvent.values()) {
      begins[event.ordinal()] =
          counters(
              BeginOutcome.values(),
              outcome ->
                  Counter.builder("svm.begins")
                      .description("Begins that finished, by event and outcome.")
                      .tag("event", label(event))
                      .tag("outcome", label(outcome))
                      .register(registry));
    }
    acksIgnored = counters(AckResult.Ignored.values(), reason -> acks(registry, label(reason)));
    devicesRefused =
        counters(RefusalCause.values(), cause -> acks(registry, "refused_" + label(cause)));
    acked = acks(registry, "acked");
    ends =
        counters(
            EndResult.values(),
            result ->
                Counter.builder("svm.ends")
                    .description("Ends that were answered, by outcome.")
                    .tag("outcome", label(result))
                    .register(registry));
    sessionsEnded =
        counters(
            EndCause.values(),
            cause ->
                Counter.builder("svm.sessions.ended")
                    .description("Sessions that are over, by reason.")
                    .tag("reason", label(cause))
                    .register(registry));
    sessionsEvicted =
        counters(
            EndCause.values(),
            cause ->
                Counter.builder("svm.sessions.evicted")
                    .description("Sessions that were put out, by reason; over when their lease is.")
                    .tag("reason", label(cause))
                    .register(registry));
    readRetries =
        counters(
            RetryResult.values(),
            result ->
                Counter.builder("svm.read.retries")
                    .description("read_retry calls of mappers that said start over, by cause.")
                    .tag("cause", label(result))
                    .register(registry));
    forcedEnds =
        counter(
            registry,
            "svm.invalidations.forced.ends",
            "Invalidations that were ended because their host's lease was over.");
    leaseExpirations =
        counter(registry, "svm.lease.expirations", "Leases that ran out without a goodbye.");
    readChecks = counter(registry, "svm.read.checks", "read_retry calls of mappers.");
    joins =
        counter(
            registry, "svm.begin.joined", "Begins that joined an earlier one by request id.");
    callbackFailures =
        counter(registry, "svm.kernel.failures", "Outputs of the kernel that threw: mistakes.");
    fanOut =
        Buckets.timer("svm.invalidation.fanout", "From a begin to its last ack.")
            .register(registry);
    ack =
        Buckets.timer("svm.invalidation.ack", "From a begin to one session's ack.")
            .register(registry);
    readBegin =
        Buckets.timer("svm.read.begin", "What mappers waited in read_begin.").register(registry);
    fanOutSessions =
        DistributionSummary.builder("svm.invalidation.fanout.sessions")
            .description("Sessions that one begin notified.")
            .serviceLevelObjectives(Buckets.WIDTHS)
            .register(registry);
  }

  private static Counter acks(MeterRegistry registry, String result) {
    return Counter.builder("svm.acks")
        .description("Acks and refusals of devices, by what became of them.")
        .tag("result", result)
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  /** The counter of each value. */
  private static <E extends Enum<E>> Counter[] counters(E[] values, Function<E, Counter> make) {
    Counter[] counters = new Counter[values.length];
    for (E value : values) {
      counters[value.ordinal()] = make.apply(value);
    }
    return counters;
  }

  static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** A begin joined an earlier one. Thread-safe. */
  public void joined() {
    joins.increment();
  }

  @Override
  public void completed(
      InvalidationEvent event, BeginOutcome outcome, int width, long latencyNanos) {
    begins[event.ordinal()][outcome.ordinal()].increment();
    fanOut.record(latencyNanos, TimeUnit.NANOSECONDS);
    fanOutSessions.record(width);
  }

  @Override
  public void acked(long latencyNanos) {
    acked.increment();
    ack.record(latencyNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void ackIgnored(AckResult.Ignored reason) {
    acksIgnored[reason.ordinal()].increment();
  }

  @Override
  public void deviceRefused(RefusalCause cause) {
    devicesRefused[cause.ordinal()].increment();
  }

  @Override
  public void endAnswered(EndResult result) {
    ends[result.ordinal()].increment();
  }

  @Override
  public void forceEnded(InvalidationEvent event) {
    forcedEnds.increment();
  }

  @Override
  public void sessionEvicted(SessionRole role, EndCause cause) {
    sessionsEvicted[cause.ordinal()].increment();
  }

  @Override
  public void leaseExpired(SessionRole role) {
    leaseExpirations.increment();
  }

  @Override
  public void sessionOver(SessionRole role, EndCause cause) {
    sessionsEnded[cause.ordinal()].increment();
  }

  @Override
  public void readerReady(long waitedNanos) {
    readBegin.record(waitedNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void readChecked(RetryResult result) {
    readChecks.increment();
    if (result != RetryResult.VALID) {
      readRetries[result.ordinal()].increment();
    }
  }

  @Override
  public void callbackFailed(RuntimeException failure) {
    callbackFailures.increment();
    log.error("an output of the kernel failed", failure);
  }
}
