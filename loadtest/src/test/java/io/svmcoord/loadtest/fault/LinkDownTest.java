package io.svmcoord.loadtest.fault;

import static io.svmcoord.loadtest.fault.FaultRig.SLACK;
import static io.svmcoord.loadtest.fault.FaultRig.await;
import static io.svmcoord.loadtest.fault.FaultRig.awaitReads;
import static io.svmcoord.loadtest.fault.FaultRig.awaitThat;
import static io.svmcoord.loadtest.fault.FaultRig.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.svmcoord.client.FanOut.Outcome;
import io.svmcoord.loadtest.FastJvm;
import io.svmcoord.loadtest.fault.FaultRig.Answered;
import io.svmcoord.loadtest.fault.FaultRig.Leases;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.loadtest.report.RoleReport.HostReady;
import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ServerConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Devices behind a link that goes down: no connection breaks, nothing arrives. Begins are bounded
 * by the lease (G2); the devices fence themselves by their own clocks, since nobody can tell them
 * (G4).
 */
@Timeout(180)
class LinkDownTest {
  private static final Duration TTL = Duration.ofSeconds(1);

  @Test
  void link_downForHalfALeaseUpToFive_begunWithinTheLeaseAndNothingStale() {
    try (Namespace namespace = made();
        SvmServer server = SvmServer.start(config(namespace));
        FaultRig rig =
            FaultRig.start(new InetSocketAddress(namespace.here(), server.port()), "host");
        FaultProxy pageSource = FaultProxy.start(namespace.here(), port(rig.ready()))) {
      RoleProcess device =
          rig.devices(
              "device",
              2,
              TTL,
              namespace.within(FastJvm.launch()),
              namespace.here().getHostAddress() + ":" + server.port(),
              pageSource.address());
      for (int tenths : List.of(5, 11, 50)) {
        Duration down = TTL.multipliedBy(tenths).dividedBy(10);
        Answered begin = beginWhileDown(namespace, rig, device, down);
        if (down.compareTo(TTL.multipliedBy(2)) > 0) {
          assertThat(begin.with(Outcome.EXPIRED)).as("of 2 devices").hasSize(2);
        }
        awaitReads(device);
        awaitThat(() -> rig.sessions("device").size() == 2);
      }
      rig.requireNothingStale();
    }
  }

  private static Answered beginWhileDown(
      Namespace namespace, FaultRig rig, RoleProcess device, Duration down) {
    long fenced = events(device, "fenced");
    namespace.linkDown();
    long upNanos = System.nanoTime() + down.toNanos();
    Leases leases = rig.leases("device");
    CompletableFuture<Answered> asked = rig.begin();
    awaitThat(() -> System.nanoTime() - upNanos >= 0);
    if (down.compareTo(TTL.multipliedBy(2)) > 0) {
      // It was told by nobody.
      awaitThat(() -> events(device, "fenced") >= fenced + 2);
    }
    long upAgainNanos = System.nanoTime();
    namespace.linkUp();
    Answered begin = await(asked);

    boolean isAfterLink = begin.answeredNanos() - upAgainNanos > 0;
    boolean isAfterLease = begin.answeredNanos() - leases.earliestNanos() > 0;
    assertThat(isAfterLink || isAfterLease).as("acked, or past the lease").isTrue();
    assertThat(begin.answeredNanos() - leases.latestNanos()).isLessThan(SLACK.toNanos());
    return begin;
  }

  private static Namespace made() {
    Optional<Namespace> namespace = Namespace.make();
    assumeTrue(namespace.isPresent(), "no network namespace: this test needs root and iproute2");
    return namespace.orElseThrow();
  }

  private static ServerConfig config(Namespace namespace) {
    return ServerConfig.defaults()
        .with("listen", namespace.here().getHostAddress() + ":0")
        .with("admin", "127.0.0.1:0");
  }

  private static int port(HostReady host) {
    return Integer.parseInt(host.pageSourceTarget().replaceAll(".*:", ""));
  }
}
