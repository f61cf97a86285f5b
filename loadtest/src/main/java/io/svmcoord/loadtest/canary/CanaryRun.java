package io.svmcoord.loadtest.canary;

import io.svmcoord.client.SvmException;
import io.svmcoord.loadtest.process.Termination;
import io.svmcoord.loadtest.report.RunFailure;
import io.svmcoord.server.config.Endpoint;
import io.svmcoord.server.transport.AdminServer;
import io.svmcoord.server.transport.Version;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Probes a coordinator again and again, and serves what it saw.
 *
 * <p>A coordinator that is out of reach is no violation: the canary throws its sessions away and
 * opens new ones until it is back. Confined to the thread that runs it; {@link #adminPort} is
 * thread-safe.
 */
public final class CanaryRun implements AutoCloseable {
  /** Most time between two probes that found nobody, so that an end of an outage is seen soon. */
  private static final Duration RETRY_MAX = Duration.ofSeconds(1);

  private static final String NOT_UP = "the last probe did not find everything as promised";

  private final CanaryOptions options;
  private final Consumer<String> news;
  private final CanaryMeters meters;
  private final CanaryCounts counts = new CanaryCounts();
  private final AdminServer admin;
  private @Nullable CanaryRoles roles;
  private boolean wasUp = true;

  private CanaryRun(
      CanaryOptions options, CanaryMeters meters, AdminServer admin, Consumer<String> news) {
    this.options = options;
    this.meters = meters;
    this.admin = admin;
    this.news = news;
  }

  /**
   * Starts to serve metrics; nothing is probed yet.
   *
   * @param adminAddress {@code host:port} of metrics and health
   * @param news is told of violations at once, and of outages when they begin and end
   * @throws RunFailure if the address makes no sense or can't be bound
   */
  public static CanaryRun start(CanaryOptions options, String adminAddress, Consumer<String> news) {
    CanaryMeters meters = new CanaryMeters();
    return new CanaryRun(options, meters, serve(adminAddress, meters), news);
  }

  private static AdminServer serve(String address, CanaryMeters meters) {
    try {
      return AdminServer.start(
          Endpoint.parse(address),
          meters.registry(),
          () -> true,
          () -> meters.isUp() ? Optional.empty() : Optional.of(NOT_UP),
          Map.of("version", Version.read(), "java", Runtime.version().toString()));
    } catch (IllegalArgumentException e) {
      throw RunFailure.badUsage("--admin: " + address + " (expected: host:port)");
    } catch (IOException e) {
      throw RunFailure.foundWrong(
          "--admin: %s (expected: an address that can be bound): %s"
              .formatted(address, e.getMessage()),
          e);
    }
  }

  /** The bound port of metrics and health. */
  public int adminPort() {
    return admin.port();
  }

  /** Probes until it is told to stop, or as long or as often as its options say. Blocks. */
  public CanaryReport run(Termination signal) {
    long startNanos = System.nanoTime();
    boolean isOver = false;
    while (!isOver) {
      long probeNanos = System.nanoTime();
      count(probe());
      Duration pause = pauseAfter(Duration.ofNanos(System.nanoTime() - probeNanos));
      Duration lasted = Duration.ofNanos(System.nanoTime() - startNanos);
      isOver = isEnough(lasted.plus(pause)) || signal.awaitStop(pause);
    }
    return counts.report(options.beginBound(), Duration.ofNanos(System.nanoTime() - startNanos));
  }

  private boolean isEnough(Duration atNextProbe) {
    return (options.count().isPresent() && counts.probes() >= options.count().getAsLong())
        || options.duration().filter(limit -> limit.compareTo(atNextProbe) <= 0).isPresent();
  }

  /** Until the next probe: sooner where nobody was there, so that the outage's end is seen soon. */
  private Duration pauseAfter(Duration probe) {
    Duration interval =
        roles == null && options.interval().compareTo(RETRY_MAX) > 0
            ? RETRY_MAX
            : options.interval();
    Duration left = interval.minus(probe);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private ProbeOutcome probe() {
    CanaryRoles now = roles;
    try {
      if (now == null) {
        now = CanaryRoles.open(options);
        roles = now;
      }
      ProbeOutcome outcome = Probe.run(now, options);
      if (outcome instanceof ProbeOutcome.Unavailable) {
        throwAway(now);
      }
      return outcome;
    } catch (SvmException | CanaryRoles.SpaceInUseException e) {
      return new ProbeOutcome.Unavailable(String.valueOf(e.getMessage()));
    }
  }

  private void throwAway(CanaryRoles lost) {
    roles = null;
    lost.close();
  }

  private void count(ProbeOutcome outcome) {
    counts.count(outcome);
    meters.count(outcome, System.currentTimeMillis());
    switch (outcome) {
      case ProbeOutcome.Passed _ -> {
        if (!wasUp) {
          news.accept("available again");
        }
        wasUp = true;
      }
      case ProbeOutcome.Violated(var violations) ->
          violations.forEach(one -> news.accept("violation: " + one));
      case ProbeOutcome.Unavailable(String why) -> {
        if (wasUp) {
          news.accept("unavailable: " + why);
        }
        wasUp = false;
      }
    }
  }

  /** Releases the space as far as it can be reached, leaves, and serves no more. */
  @Override
  public void close() {
    try (CanaryRoles last = roles) {
      if (last != null) {
        last.release();
      }
    } finally {
      admin.close();
      meters.close();
    }
  }
}
