package io.svmcoord.loadtest.fault;

import static io.svmcoord.loadtest.fault.FaultRig.await;
import static io.svmcoord.loadtest.fault.FaultRig.awaitReads;
import static io.svmcoord.loadtest.fault.FaultRig.awaitThat;
import static io.svmcoord.loadtest.fault.FaultRig.events;
import static io.svmcoord.loadtest.fault.FaultRig.requireWaitedFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.svmcoord.client.FanOut.Outcome;
import io.svmcoord.loadtest.fault.FaultRig.Answered;
import io.svmcoord.loadtest.fault.FaultRig.Leases;
import io.svmcoord.loadtest.process.CoordinatorProcess;
import io.svmcoord.loadtest.process.Launch;
import io.svmcoord.loadtest.process.RoleProcess;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A coordinator whose clocks, the monotonic one too, run faster or slower than those of devices and
 * host: the guard makes up for it (G4), as far as it goes. Only the difference of the rates counts,
 * so that the judge, who compares the times of devices and host, can be left to true clocks.
 */
@Timeout(180)
class ClockRateTest {
  private static final Duration TTL = Duration.ofSeconds(1);

  private static Launch withClockRate(double rate) {
    Optional<Launch> launch = ClockRate.of(Launch.SMALL, rate);
    assumeTrue(launch.isPresent(), "no libfaketime (apt-get install libfaketime)");
    return launch.orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.02, 0.98})
  void clock_offWithinTheGuard_cutOffDeviceFencesItselfInTime(double rate) {
    try (CoordinatorProcess coordinator =
            CoordinatorProcess.start(withClockRate(rate), FaultRig.SERVE);
        FaultProxy link = FaultProxy.start(coordinator.port());
        FaultRig rig = FaultRig.start(coordinator.address(), "host")) {
      RoleProcess device = device(rig, link);
      silence(link);
      Leases leases = rig.leases("device", rate);
      Answered begin = await(rig.begin());

      requireWaitedFor(leases, begin);
      assertThat(begin.with(Outcome.EXPIRED)).isEqualTo(leases.sessionIds());
      awaitThat(() -> events(device, "fenced") > 0);
      link.heal();
      awaitReads(device);
      rig.requireNothingStale();
    }
  }

  private static RoleProcess device(FaultRig rig, FaultProxy link) {
    return rig.devices(
        "device", 1, TTL, Launch.SMALL, link.address(), rig.ready().pageSourceTarget());
  }

  private static void silence(FaultProxy link) {
    link.toServer(LinkFaults.NONE.silent());
    link.toClient(LinkFaults.NONE.silent());
  }
}
