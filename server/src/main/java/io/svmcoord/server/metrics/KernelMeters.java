package io.svmcoord.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.svmcoord.server.kernel.AckResult;
import io.svmcoord.server.kernel.EndCause;
import io.svmcoord.server.kernel.EndResult;
import io.svmcoord.server.kernel.Invalidation;
import io.svmcoord.server.kernel.InvalidationEvent;
import io.svmcoord.server.kernel.InvalidationId;
import io.svmcoord.server.kernel.KernelObserver;
import io.svmcoord.server.kernel.RefusalCause;
import io.svmcoord.server.kernel.ReservationOutcome;
import io.svmcoord.server.kernel.RetryResult;
import io.svmcoord.server.kernel.SessionId;
import io.svmcoord.server.kernel.SessionRole;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and times what the kernel does. Every series exists from the start, so that the hot path
 * looks nothing up and allocates nothing. Called on the kernel's loop.
 */
public final class KernelMeters implements KernelObserver {
  private static final Logger log = LoggerFactory.getLogger(KernelMeters.class);
  private static final String ACKS = "svm.acks";
  private static final String ACKS_DESCRIPTION =
      "Acks and refusals of devices, by what became of them.";

  private final Map<InvalidationEvent, Counters<BeginOutcome>> begins =
      new EnumMap<>(InvalidationEvent.class);
  private final Counters<AckResult.Ignored> acksIgnored;
  private final Counters<RefusalCause> devicesRefused;
  private final Counters<EndResult> ends;
  private final Counters<EndCause> sessionsEnded;
  private final Counters<EndCause> sessionsEvicted;
  private final Counters<ResumeOutcome> sessionResumes;
  private final Counters<RetryResult> readRetries;
  private final Counters<ReservationOutcome> reservations;
  private final Counter forcedEnds;
  private final Counter leaseExpirations;
  private final Counter resyncs;
  private final Counter readmissionsDelayed;
  private final Counter readChecks;
  private final Counter joins;
  private final Counter callbackFailures;
  private final Counter memoryFailures;
  private final Counter graceReclaimed;
  private final Counter graceExpired;
  private final Timer fanOut;
  private final AckLatencies acks =
      new AckLatencies("svm_invalidation_ack_seconds", "From a begin to one session's ack.");
  private final Timer readBegin;
  private final Timer postponed;
  private final DistributionSummary fanOutSessions;

  /** Registers every meter. */
  public KernelMeters(PrometheusMeterRegistry registry) {
    for (InvalidationEvent event : InvalidationEvent.values()) {
      begins.put(
          event,
          new Counters<>(
              EnumSet.allOf(BeginOutcome.class),
              outcome ->
                  Counter.builder("svm.begins")
                      .description("Begins that finished, by event and outcome.")
                      .tag("event", Counters.label(event))
                      .tag("outcome", outcome)
                      .register(registry)));
    }
    acksIgnored =
        new Counters<>(EnumSet.allOf(AckResult.Ignored.class), reason -> acks(registry, reason));
    devicesRefused =
        new Counters<>(
            EnumSet.allOf(RefusalCause.class), cause -> acks(registry, "refused_" + cause));
    FunctionCounter.builder(ACKS, acks, AckLatencies::count)
        .description(ACKS_DESCRIPTION)
        .tag("result", "acked")
        .register(registry);
    registry.getPrometheusRegistry().register(acks);
    ends =
        counters(
            registry,
            EnumSet.allOf(EndResult.class),
            "svm.ends",
            "outcome",
            "Ends that were answered, by outcome.");
    sessionsEnded =
        counters(
            registry,
            EnumSet.allOf(EndCause.class),
            "svm.sessions.ended",
            "reason",
            "Sessions that are over, by reason.");
    sessionsEvicted =
        counters(
            registry,
            evictions(),
            "svm.sessions.evicted",
            "reason",
            "Sessions that were put out, by reason; over when their lease is.");
    sessionResumes =
        counters(
            registry,
            EnumSet.allOf(ResumeOutcome.class),
            "svm.session.resumes",
            "outcome",
            "Resumes of device sessions, by outcome.");
    readRetries =
        counters(
            registry,
            EnumSet.complementOf(EnumSet.of(RetryResult.VALID)),
            "svm.read.retries",
            "cause",
            "read_retry calls of mappers that said start over, by cause.");
    reservations =
        counters(
            registry,
            EnumSet.allOf(ReservationOutcome.class),
            "svm.reservations",
            "outcome",
            "Reservations of mappers, by what became of them.");
    forcedEnds =
        counter(
            registry,
            "svm.invalidations.forced.ends",
            "Invalidations that were ended because their host's lease was over.");
    leaseExpirations =
        counter(registry, "svm.lease.expirations", "Leases that ran out without a goodbye.");
    resyncs =
        counter(
            registry, "svm.resyncs", "Spaces that a resumed session was told to drop as a whole.");
    readmissionsDelayed =
        counter(
            registry,
            "svm.readmissions.delayed",
            "Clients that were evicted again and again and were told to come back later.");
    readChecks = counter(registry, "svm.read.checks", "read_retry calls of mappers.");
    joins =
        counter(registry, "svm.begin.joined", "Begins that joined an earlier one by request id.");
    callbackFailures =
        counter(registry, "svm.kernel.failures", "Outputs of the kernel that threw: mistakes.");
    memoryFailures =
        counter(
            registry,
            "svm.control.write.failures",
            "Writes of the control file that failed; no session can be opened meanwhile.");
    graceReclaimed = graceEnded(registry, "reclaimed");
    graceExpired = graceEnded(registry, "expired");
    fanOut =
        Buckets.timer("svm.invalidation.fanout", "From a begin to its last ack.")
            .register(registry);
    readBegin =
        Buckets.timer("svm.read.begin", "What mappers waited in read_begin.").register(registry);
    postponed =
        Buckets.timer("svm.begin.postponed", "What begins waited for reservations, if they had to.")
            .register(registry);
    fanOutSessions =
        DistributionSummary.builder("svm.invalidation.fanout.sessions")
            .description("Sessions that one begin notified.")
            .serviceLevelObjectives(Buckets.WIDTHS)
            .register(registry);
  }

  private static Counter acks(MeterRegistry registry, String result) {
    return Counter.builder(ACKS)
        .description(ACKS_DESCRIPTION)
        .tag("result", result)
        .register(registry);
  }

  private static Counter graceEnded(MeterRegistry registry, String outcome) {
    return Counter.builder("svm.grace.sessions.ended")
        .description("Sessions from before the start that came back or whose lease ran out.")
        .tag("outcome", outcome)
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private static <E extends Enum<E>> Counters<E> counters(
      MeterRegistry registry, Set<E> values, String name, String tag, String description) {
    return new Counters<>(
        values,
        label -> Counter.builder(name).description(description).tag(tag, label).register(registry));
  }

  private static Set<EndCause> evictions() {
    Set<EndCause> causes = EnumSet.allOf(EndCause.class);
    causes.removeIf(cause -> !cause.isEviction());
    return causes;
  }

  /** A begin joined an earlier one. Thread-safe. */
  public void joined() {
    joins.increment();
  }

  /** What has to outlive the coordinator could not be written. Thread-safe. */
  public void memoryFailed() {
    memoryFailures.increment();
  }

  @Override
  public void graceOver(long lastedNanos, int reclaimed, int expired) {
    graceReclaimed.increment(reclaimed);
    graceExpired.increment(expired);
    log.info(
        "the grace is over after {} ms: {} sessions came back, {} leases ran out",
        TimeUnit.NANOSECONDS.toMillis(lastedNanos),
        reclaimed,
        expired);
  }

  @Override
  public void completed(
      Invalidation invalidation, BeginOutcome outcome, int width, long latencyNanos) {
    Objects.requireNonNull(begins.get(invalidation.event()), "event").increment(outcome);
    fanOut.record(latencyNanos, TimeUnit.NANOSECONDS);
    fanOutSessions.record(width);
  }

  @Override
  public void acked(SessionId session, InvalidationId id, long latencyNanos) {
    acks.record(latencyNanos);
  }

  @Override
  public void ackIgnored(AckResult.Ignored reason) {
    acksIgnored.increment(reason);
  }

  @Override
  public void deviceRefused(RefusalCause cause) {
    devicesRefused.increment(cause);
  }

  @Override
  public void endAnswered(EndResult result) {
    ends.increment(result);
  }

  @Override
  public void ended(Invalidation invalidation, boolean isForced, long endSequence) {
    if (isForced) {
      forcedEnds.increment();
    }
  }

  @Override
  public void sessionEvicted(SessionId session, SessionRole role, EndCause cause) {
    sessionsEvicted.increment(cause);
  }

  @Override
  public void resumeAnswered(ResumeOutcome outcome) {
    sessionResumes.increment(outcome);
  }

  @Override
  public void resyncRequired() {
    resyncs.increment();
  }

  @Override
  public void readmissionDelayed() {
    readmissionsDelayed.increment();
  }

  @Override
  public void leaseExpired(SessionId session, SessionRole role) {
    leaseExpirations.increment();
  }

  @Override
  public void sessionOver(SessionId session, SessionRole role, EndCause cause) {
    sessionsEnded.increment(cause);
  }

  @Override
  public void readerReady(long waitedNanos) {
    readBegin.record(waitedNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void readChecked(RetryResult result) {
    readChecks.increment();
    if (result != RetryResult.VALID) {
      readRetries.increment(result);
    }
  }

  @Override
  public void reservationOver(ReservationOutcome outcome) {
    reservations.increment(outcome);
  }

  @Override
  public void beginPostponed(long nanos) {
    postponed.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void callbackFailed(RuntimeException failure) {
    callbackFailures.increment();
    log.error("an output of the kernel failed", failure);
  }
}
