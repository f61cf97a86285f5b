package io.svmcoord.loadtest.fault;

import static io.svmcoord.loadtest.fault.FaultRig.await;
import static io.svmcoord.loadtest.fault.FaultRig.awaitReads;
import static io.svmcoord.loadtest.fault.FaultRig.awaitThat;
import static io.svmcoord.loadtest.fault.FaultRig.events;
import static io.svmcoord.loadtest.fault.FaultRig.requireWaitedFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.svmcoord.client.FanOut.Outcome;
import io.svmcoord.loadtest.fault.FaultRig.Answered;
import io.svmcoord.loadtest.fault.FaultRig.Leases;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.process.RoleProcess;
import io.svmcoord.server.SvmServer;
import io.svmcoord.server.config.ServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A device whose collector stops it for longer than its lease: all threads of Java at once, while
 * the system goes on to take what is sent to it. It is waited for like one that is dead (G2), and
 * uses nothing when it goes on (G4).
 */
@Timeout(180)
class CollectorPauseTest {
  private static final Duration TTL = Duration.ofMillis(500);

  @Test
  void collection_longerThanTheLease_isExpiredAndFencedWhenItIsOver() {
    try (SvmServer server =
            SvmServer.start(
                ServerConfig.defaults()
                    .with("listen", "127.0.0.1:0")
                    .with("admin", "127.0.0.1:0"));
        FaultRig rig =
            FaultRig.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), "host")) {
      RoleProcess device =
          rig.devices(
              "device",
              1,
              TTL,
              Launch.SAME
                  .withJvmOptions(CollectingProgram.JVM_OPTIONS.toArray(String[]::new))
                  .withMain(CollectingProgram.class),
              "127.0.0.1:" + server.port(),
              rig.ready().pageSourceTarget());
      long fenced = events(device, "fenced");
      CompletableFuture<Integer> collected =
          CompletableFuture.supplyAsync(() -> collect(device.pid()));
      Probe probe = probe(rig);
      while (probe.begin.fanOut().notAcked().isEmpty() && !collected.isDone()) {
        probe = probe(rig); // It has not begun to collect.
      }
      Answered begin = probe.begin;
      Leases leases = probe.leases;

      requireWaitedFor(leases, begin);
      assertThat(begin.with(Outcome.EXPIRED)).isEqualTo(leases.sessionIds());
      assertThat(collected.orTimeout(60, TimeUnit.SECONDS).join()).isZero();
      awaitThat(() -> events(device, "fenced") > fenced);
      awaitReads(device);
      rig.requireNothingStale();
    }
  }

  private static int collect(long pid) {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    return SystemCommand.run(
        FaultRig.PATIENCE, List.of(jcmd.toString(), Long.toString(pid), "GC.run"));
  }

  /** A begin, and the lease of the device when it was seen last while the begin waited. */
  private record Probe(Answered begin, Leases leases) {}

  private static Probe probe(FaultRig rig) {
    Leases leases = rig.leases("device");
    CompletableFuture<Answered> asked = rig.begin();
    while (!asked.isDone()) {
      leases = rig.leasesIfAny("device", 1).orElse(leases);
    }
    return new Probe(await(asked), leases);
  }
}
